"""What no domain owns, in the database: gapless counters."""

from __future__ import annotations

from django.db import connection, models, transaction


class Counter(models.Model):
    """A gapless sequence a key: the row lock makes numbers follow each other, a rollback gives them back."""

    key = models.CharField(max_length=120, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"

    @classmethod
    def take(cls, key: str, count: int = 1) -> range:
        """The next `count` numbers of `key`, in the transaction under way (there must be one)."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("Counter.take() needs a transaction")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_counter (key, last) VALUES (%s, %s) "
                "ON CONFLICT (key) DO UPDATE SET last = core_counter.last + EXCLUDED.last RETURNING last",
                [key, count],
            )
            (last,) = cursor.fetchone()
        return range(last - count + 1, last + 1)
