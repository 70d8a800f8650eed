"""Several machines: rolling restarts, and the loss of each of them."""

from __future__ import annotations

import sys
import time
import urllib.request
from collections.abc import Iterator

import psycopg
import pyotp
import pytest

from tests.factories.accounts import PASSWORD
from tests.faults.cluster import HOST, METRICS_TOKEN, PATIENCE, Asked, Cluster, Load, Web, Worker, Writer, status, until
from tests.faults.conftest import Happened
from tests.faults.visitor import Visitor

pytestmark = pytest.mark.heavy

ASKED = (
    Asked("GET", "/tableau-de-bord", 200),
    Asked("GET", "/aide", 200),
    Asked("GET", "/verification", 200),
    Asked("POST", "/verification", 422),  # left empty: what is posted is never sent twice by the proxy
)

BACKLOG = 10_000


@pytest.fixture(scope="module")
def webs(cluster: Cluster) -> Iterator[list[Web]]:
    made = [cluster.web(0), cluster.web(1)]
    cluster.start_proxy()
    for each in made:
        each.start_and_wait()
    yield made
    for each in made:
        each.kill()


@pytest.fixture(scope="module")
def workers(cluster: Cluster) -> Iterator[list[Worker]]:
    made = [cluster.worker(0), cluster.worker(1)]
    for each in made:
        each.start()
    yield made
    for each in made:
        each.kill()


@pytest.fixture(scope="module")
def cookie(cluster: Cluster) -> str:
    return cluster.cookie()


@pytest.fixture
def load(cluster: Cluster, webs: list[Web], cookie: str) -> Load:
    """Not begun; everything answers."""
    for method, path, expected in ASKED:
        until(
            lambda path=path, method=method, expected=expected: (
                status(cluster.proxy_port, path, cookie, method) == expected
            )
        )
    return Load(cluster.proxy_port, ASKED, cookie)


def value(cluster: Cluster, query: str, *parameters: object) -> object:
    with psycopg.connect(cluster.url) as connection:
        return (connection.execute(query, parameters).fetchone() or (None,))[0]


def defer(cluster: Cluster, key: str, seconds: float) -> int:
    """A job that lasts; its number."""
    program = (
        "import django; django.setup()\n"
        "from tests.faults.slow.jobs import last\n"
        f"print(last.defer(key={key!r}, seconds={seconds}))\n"
    )
    return int(cluster.python("-c", program).splitlines()[-1])


def defer_many(cluster: Cluster, count: int) -> int:
    """So many jobs that take no time; the number of the first."""
    program = (
        "import django; django.setup()\n"
        "from tests.faults.slow.jobs import last\n"
        f"print(min(last.batch_defer(*[dict(key='many', seconds=0)] * {count})))\n"
    )
    return int(cluster.python("-c", program).splitlines()[-1])


def figures(web: Web) -> dict[str, float]:
    """What /metrics tells, by name and labels."""
    request = urllib.request.Request(f"http://{HOST}:{web.port}/metrics")
    request.add_header("Authorization", f"Bearer {METRICS_TOKEN}")
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (likewise)
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


def state(cluster: Cluster, job: int) -> object:
    return value(cluster, "SELECT status::text FROM procrastinate_jobs WHERE id = %s", job)


def times(cluster: Cluster, job: int, event: str) -> object:
    query = "SELECT count(*) FROM procrastinate_events WHERE job_id = %s AND type::text = %s"
    return value(cluster, query, job, event)


@pytest.mark.fault(35, "Deployment during use: each web process restarted in turn under load", "no error")
def test_a_rolling_restart_shows_no_error(load: Load, webs: list[Web], happened: Happened) -> None:
    for each in webs:
        with load.under_way():
            load.wait_for(20)
            each.stop()
            each.start_and_wait()
            load.wait_for(20)
    happened(str(load))
    assert load.errors == []


@pytest.mark.fault(
    41,
    "A machine with a web process is lost under load",
    "pages go on from the other one, without error; at most what was being written is not answered",
)
def test_the_loss_of_a_web_process_shows_no_error(load: Load, webs: list[Web], happened: Happened) -> None:
    with load.under_way():
        load.wait_for(30)
        webs[0].kill()
        load.wait_for(60)
        webs[0].start_and_wait()
        load.wait_for(30)
    cut = [each for each in load.errors if each.asked.method == "POST"]
    happened(f"{load}, of which {len(cut)} that write, under way on the lost one")
    assert load.errors == cut
    assert len(cut) <= load.readers


@pytest.mark.fault(42, "All web processes are lost", "a page in French that says when to come back, 503")
def test_without_any_web_process_people_are_told(
    cluster: Cluster, load: Load, webs: list[Web], happened: Happened
) -> None:
    for each in webs:
        each.kill()
    assert status(cluster.proxy_port, "/connexion") == 503
    for each in webs:
        each.start_and_wait()
    seconds = until(lambda: status(cluster.proxy_port, "/connexion") == 200)
    happened(f"503, then pages again {seconds:.1f} s after the processes were ready")


@pytest.mark.fault(43, "Somebody outside asks for /pret, /vivant or /metrics", "404 by the proxy")
def test_what_is_for_operators_stays_inside(cluster: Cluster, load: Load, webs: list[Web], happened: Happened) -> None:
    got = [status(cluster.proxy_port, path) for path in ("/pret", "/vivant", "/metrics")]
    assert got == [404, 404, 404]
    assert webs[0].ask("/vivant") == 200
    happened(f"{got}")


@pytest.mark.fault(45, "Prometheus asks one of a web process's two children", "the figures of both, and of the whole")
def test_figures_are_those_of_all_children(
    cluster: Cluster, load: Load, webs: list[Web], workers: list[Worker], happened: Happened
) -> None:
    until(lambda: figures(webs[0])["forprev_workers"] == 2)
    labels = 'method="GET",transport="http",view="accounts:sign_in"'
    counted = f"django_http_requests_total_by_view_transport_method_total{{{labels}}}"
    before = figures(webs[0]).get(counted, 0)
    for _ in range(20):
        assert webs[0].ask("/connexion") == 200
    now = figures(webs[0])
    behind = now['forprev_replica_lag_bytes{replica="replica"}']
    happened(f"{now[counted] - before:.0f} of 20 pages counted; replica {behind:.0f} bytes behind")
    assert now[counted] - before == 20


@pytest.mark.fault(
    "F2.2", "Guesses and codes are spread over two web processes", "they count together, a code serves once"
)
def test_limits_are_those_of_all_instances(cluster: Cluster, webs: list[Web], happened: Happened) -> None:
    program = (
        "import django; django.setup()\n"
        "from tests.accounts.second_factors import Application\n"
        "from tests.factories.accounts import AccountFactory\n"
        "from tests.factories.organisations import acting_manager\n"
        "account = AccountFactory(person=acting_manager().person)\n"
        "print(account.email, Application(account).secret)\n"
    )
    email, secret = cluster.python("-c", program).splitlines()[-1].split()
    first, second = (web.port for web in webs)
    code = pyotp.TOTP(secret).now()
    sent = {"identifier": email, "password": PASSWORD}
    owner, thief = Visitor(), Visitor()
    assert owner.post(first, "/connexion", **sent) == (302, "/connexion/second-facteur")
    assert owner.post(second, "/connexion/second-facteur", code=code)[0] == 302
    assert owner.get(first, "/tableau-de-bord")[0] == 200
    assert thief.post(second, "/connexion", **sent) == (302, "/connexion/second-facteur")
    assert thief.post(first, "/connexion/second-facteur", code=code)[0] == 200
    assert thief.get(second, "/tableau-de-bord")[0] == 302

    guesses = [
        Visitor().post(port, "/connexion", identifier="x@demo.test", password="x")[0] for port in 4 * [first, second]
    ]
    happened(f"a code taken by one is refused by the other; guesses in turn: {guesses}")
    assert guesses == [200] * 5 + [429] * 3


@pytest.mark.fault(
    8,
    "A backlog of 10,000 jobs, and no worker",
    "their number and age are told, pages and forms go on; workers that come do each once",
)
def test_a_backlog(cluster: Cluster, load: Load, webs: list[Web], workers: list[Worker], happened: Happened) -> None:
    for each in workers:
        each.kill()
    first = defer_many(cluster, BACKLOG)
    with load.under_way():
        load.wait_for(60)
        until(lambda: figures(webs[0])["forprev_jobs_oldest_due_seconds"] > 10)
        told = figures(webs[1])['forprev_jobs{state="todo"}']
        for each in workers:
            each.start()
        load.wait_for(60)
    left = (
        "SELECT count(*) FROM procrastinate_jobs WHERE id >= %s AND task_name = 'tests.last' AND status <> 'succeeded'"
    )
    seconds = until(lambda: value(cluster, left, first) == 0, 5 * PATIENCE)
    begun = "SELECT count(*) FROM procrastinate_events e JOIN procrastinate_jobs j ON j.id = e.job_id"
    begun += " WHERE j.id >= %s AND j.task_name = 'tests.last' AND e.type = 'started'"
    happened(f"{told:.0f} waiting told, {load}; done {seconds:.0f} s after, begun {value(cluster, begun, first)} times")
    assert told >= BACKLOG
    assert load.errors == []
    assert value(cluster, begun, first) == BACKLOG


@pytest.mark.fault(1, "PostgreSQL restarted under load", "no acknowledged write lost, pages within seconds, few errors")
def test_a_restart_of_the_database(cluster: Cluster, load: Load, happened: Happened) -> None:
    with Writer(cluster.url).under_way() as writer, load.under_way():
        load.wait_for(30)
        begun = time.monotonic()
        cluster.primary.stop()
        cluster.primary.start()
        up = time.monotonic()
        load.wait_for(60)
    late = [each for each in load.errors if each.at > up + 5]
    happened(
        f"{load}; down {up - begun:.1f} s; {len(writer.acknowledged)} writes acknowledged, {len(writer.lost())} lost"
    )
    assert writer.lost() == set()
    assert late == []
    assert {each.status for each in load.errors} <= {503}


@pytest.mark.fault(
    3, "The database is away for long", "/vivant 200, /pret 503, a page in French with 503; all comes back"
)
def test_the_database_is_away(cluster: Cluster, load: Load, webs: list[Web], cookie: str, happened: Happened) -> None:
    cluster.primary.stop()
    try:
        got = {path: webs[0].ask(path) for path in ("/vivant", "/pret")}
        page = status(webs[0].port, "/tableau-de-bord", cookie)
    finally:
        cluster.primary.start()
    seconds = until(lambda: status(cluster.proxy_port, "/tableau-de-bord", cookie) == 200)
    happened(f"{got}, page {page}; back after {seconds:.1f} s")
    assert got == {"/vivant": 200, "/pret": 503}
    assert page == 503


@pytest.mark.fault(5, "A worker is asked to stop in the middle of a job", "it finishes it, then ends with code 0")
def test_a_worker_that_stops_finishes(cluster: Cluster, workers: list[Worker], happened: Happened) -> None:
    workers[1].kill()
    job = defer(cluster, "stopped", 3)
    until(lambda: state(cluster, job) == "doing")
    code = workers[0].stop()
    happened(f"code {code}, job {state(cluster, job)}, begun {times(cluster, job, 'started')} time")
    assert (code, state(cluster, job), times(cluster, job, "started")) == (0, "succeeded", 1)
    for each in workers:
        each.start()


@pytest.mark.fault(
    7, "PostgreSQL restarted while a worker works", "this job and the next succeed; a worker that ends is started again"
)
def test_a_worker_outlives_a_restart_of_the_database(
    cluster: Cluster, workers: list[Worker], happened: Happened
) -> None:
    job = defer(cluster, "restarted", 4)
    until(lambda: state(cluster, job) == "doing")
    cluster.primary.stop()
    cluster.primary.start()
    until(lambda: state(cluster, job) == "succeeded", 2 * PATIENCE)
    following = defer(cluster, "following", 0)
    until(lambda: state(cluster, following) == "succeeded", 2 * PATIENCE)
    happened(f"both succeeded, the first begun {times(cluster, job, 'started')} time(s)")


@pytest.mark.fault(6, "A worker is killed in the middle of a job", "another worker does it within two minutes or so")
def test_a_job_of_a_killed_worker_is_done_by_another(
    cluster: Cluster, workers: list[Worker], happened: Happened
) -> None:
    workers[1].kill()
    job = defer(cluster, "killed", 20)
    until(lambda: state(cluster, job) == "doing")
    workers[0].kill()
    for each in workers:
        each.start()
    seconds = until(lambda: state(cluster, job) == "succeeded", 3 * PATIENCE)
    happened(f"done after {seconds:.0f} s, 20 of which it lasts; begun {times(cluster, job, 'started')} times")
    assert times(cluster, job, "started") == 2


@pytest.mark.fault(44, "Two workers, one periodic task each minute", "each round once")
def test_periodic_tasks_run_once(cluster: Cluster, workers: list[Worker], happened: Happened) -> None:
    """Both have run for some minutes by now."""
    rounds = "SELECT count(DISTINCT args->>'timestamp') FROM procrastinate_jobs WHERE task_name LIKE '%%deliver_due'"
    until(lambda: value(cluster, rounds) >= 2, 3 * PATIENCE)  # type: ignore[operator]
    jobs = value(cluster, rounds.replace("DISTINCT ", ""))
    happened(f"{value(cluster, rounds)} rounds, {jobs} jobs")
    assert jobs == value(cluster, rounds)


@pytest.mark.fault(
    "F2.9", "The clock of a worker is an hour ahead", "no job is taken from it, or by it from others; each begins once"
)
def test_a_worker_whose_clock_is_ahead(cluster: Cluster, workers: list[Worker], happened: Happened) -> None:
    """Two are busy while the third one looks, each minute, whose jobs were left behind."""
    for each in workers:
        each.kill()
    ahead = cluster.worker(2)
    ahead.command = [sys.executable, "-m", "tests.faults.slow.ahead", *ahead.command[1:]]
    try:
        for each in (ahead, workers[0]):
            each.start()
        jobs = [defer(cluster, f"skewed{rank}", 80) for rank in range(2)]
        until(lambda: [state(cluster, job) for job in jobs] == ["doing", "doing"])
        workers[1].start()
        until(lambda: [state(cluster, job) for job in jobs] == ["succeeded", "succeeded"], 2 * PATIENCE)
    finally:
        ahead.kill()
    looks = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%retry_stalled_jobs' AND status = 'succeeded'"
    )
    begun = [times(cluster, job, "started") for job in jobs]
    happened(f"both succeeded, begun {begun} times; {value(cluster, looks)} looks at what is left behind")
    assert begun == [1, 1]


@pytest.mark.fault(
    2, "The primary is lost under load, the replica promoted", "no acknowledged write lost, pages come back"
)
def test_the_replica_takes_over(cluster: Cluster, load: Load, workers: list[Worker], happened: Happened) -> None:
    """The last one: there is no replica afterwards."""
    with Writer(cluster.url).under_way() as writer, load.under_way():
        load.wait_for(30)
        begun = time.monotonic()
        cluster.primary.run("pg_ctl", "-D", str(cluster.primary.data), "-m", "immediate", "-w", "stop")
        with psycopg.connect(cluster.replica_url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_promote(wait => true)").fetchone() == (True,)
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")
        promoted = time.monotonic()
        load.wait_for(80)
    lost = writer.lost()
    after = [each.at for each in load.answers if each.status == each.asked.expected and each.at > promoted]
    back = min(after) - begun
    job = defer(cluster, "promoted", 0)
    until(lambda: state(cluster, job) == "succeeded", 2 * PATIENCE)
    writes = f"{len(writer.acknowledged)} writes acknowledged, {len(lost)} lost"
    happened(f"{load}; pages again {back:.1f} s after the loss; {writes}")
    assert lost == set()
    assert {each.status for each in load.errors} <= {503}
