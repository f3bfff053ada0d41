"""Remote operations (ITU-T X.880): the envelope around every CSTA service and event."""
