"""Who, in the database: persons and their numbers; what is kept of them and how long, who looked at whom."""

from forprev.people.models.persons import (
    ANONYMISED,
    NUMBER_PATTERN,
    Identity,
    IssuedNumber,
    Lookup,
    Merge,
    NameCount,
    PeopleSettings,
    Person,
    display_name,
)
from forprev.people.models.retention import Consultation, Erasure, RetentionRule, RetentionRun

__all__ = [
    "ANONYMISED",
    "NUMBER_PATTERN",
    "Consultation",
    "Erasure",
    "Identity",
    "IssuedNumber",
    "Lookup",
    "Merge",
    "NameCount",
    "PeopleSettings",
    "Person",
    "RetentionRule",
    "RetentionRun",
    "display_name",
]
