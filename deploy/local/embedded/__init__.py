"""The embedded default: a broker and a store of the project's own, for demonstrations and tests on one machine.

In production their addresses are set from outside (LOKET_AMQP_URI, LOKET_MONGO_URI) and nothing of this starts.
"""
