"""Webhooks: public events brought over HTTPS to departments that do not take them from the broker.

spreading   an event that was kept becomes a delivery for each webhook that is to hear it
delivering  deliveries that are due leave, each webhook's by workers of its own
sending     one attempt: resolved, checked, pinned, signed, cut off in time
"""
