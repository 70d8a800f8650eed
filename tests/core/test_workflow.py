"""Tables of transitions, on a workflow of two states."""

from __future__ import annotations

import pytest

from forprev.core.workflow import NotAllowed, Workflow, transition

LAMP = Workflow(
    (
        transition("light", ["off"], "on", "Allumer", ["keeper", "guest"]),
        transition("put_out", ["on"], "off", "Éteindre", ["keeper"]),
        transition("clean", ["on", "off"], None, "Nettoyer", ["keeper"]),
    )
)


def test_an_actor_is_offered_what_its_role_may_do_from_there() -> None:
    assert [t.action for t in LAMP.available("off", "keeper")] == ["light", "clean"]
    assert [t.action for t in LAMP.available("on", "keeper")] == ["put_out", "clean"]
    assert [t.action for t in LAMP.available("on", "guest")] == []


def test_what_is_offered_is_what_is_allowed() -> None:
    for state in ("on", "off", "broken"):
        for role in ("keeper", "guest", "nobody"):
            offered = {t.action for t in LAMP.available(state, role)}
            for action in ("light", "put_out", "clean", "sell"):
                if action in offered:
                    assert LAMP.check(action, state, role).action == action
                else:
                    with pytest.raises(NotAllowed):
                        LAMP.check(action, state, role)


def test_a_refusal_says_what_to_think_of_it() -> None:
    with pytest.raises(NotAllowed) as refusal:
        LAMP.check("light", "on", "keeper")
    assert refusal.value.code == "action_not_allowed"
    assert "n’est plus possible" in refusal.value.message


def test_the_moves_for_the_database_leave_out_what_stays() -> None:
    assert list(LAMP.moves()) == [("off", "on"), ("on", "off")]


def test_labels() -> None:
    assert LAMP.label("put_out") == "Éteindre"
