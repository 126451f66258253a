def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_names_each_part(client, db):
    response = client.get("/readyz")

    parts = {"database": "ok", "migrations": "ok", "cache": "ok", "queue": "ok"}
    assert (response.status_code, response.json()) == (200, parts)
