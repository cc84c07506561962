"""What every floor stands on: money, refusals, the clock, outbox, audit rows, idempotency keys, settings, PostgreSQL.

Keeps nothing of the trade. `settings`, `postgres`, `money` and `errors` load no Django, since the edge uses them.
"""
