"""An MQTT 5 session on Twisted that loses nothing and says exactly what it knows.

Public names: ``MqttService`` (``service``); ``Application`` (``application``); ``Params``
(``params``); ``Address``, ``Tls``, ``servers_for`` (``addresses``); ``Source``,
``MemoryOutbox`` (``outbox``); ``Publication`` (``outbound``); ``Publish``, ``Will``,
``Subscription``, ``Secret`` (``packets``); ``Reason`` (``reasons``); ``Status``, ``Counters``
(``status``). ``session`` is the machine without I/O, ``codec`` the packets; both serve a test
that plays the server. Twisted, structlog and the ``mqtt5`` codec are all it needs, nothing
else of this program.

::

    class Daemon(Application):
        def will(self):
            return Will("cti/v1/daemon/d1/status", b"lost", qos=1, retain=True)
        def birth(self, *, session_present):
            yield Publish("cti/v1/daemon/d1/status", b"online", qos=1, retain=True)
        def message_received(self, message, receipt):
            service.acknowledge(receipt)
    outbox = MemoryOutbox(10_000, 50_000_000)
    servers = servers_for(reactor, [Address("127.0.0.1", 1883)])
    service = MqttService(Params("d1"), servers, outbox, reactor, random.random, Daemon())
    service.subscribe("commands", Subscription("cti/v1/+/command/#"))
    service.start()
    outbox.put(Publish("cti/v1/hq/event/call/7/created", b"{}", qos=1))
    service.wake()
"""
