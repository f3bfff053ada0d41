"""Association control (ITU-T X.227) as CSTA links use it."""
