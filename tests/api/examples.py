"""One step for each way in which an operation is used, in the order in which a person would.

"$name" stands for what an earlier step kept: keep={"list": "id"} keeps the answer's `id`.
"""

# Statuses that a request which must fail may have too, because something is looked at before.
ALSO = {"setup_admin": {409}}

PASSWORD, LATER_PASSWORD = "correct horse battery", "staple the battery again"
IMDB, MDBLIST = "ls000000001", "demo/best-of-the-year"


def step(operation, expect=200, *, key="admin", path=None, query=None, body=None, headers=None,
         keep=None, until=None, is_stream=False):
    return {"operation": operation, "expect": expect, "key": key, "path": path or {},
            "query": query or {}, "body": body, "headers": headers or {}, "keep": keep or {},
            "until": until, "is_stream": is_stream}


def simulate(path, body):
    """Tells the simulator, as tests/sim/README.md describes."""
    return {"simulate": path, "body": body}


def about():
    for operation in ("ping", "health_live", "health_ready", "metrics", "openapi", "docs",
                      "docs_style", "start", "setup_status", "system_health"):
        yield step(operation, key=None)


def first_admin():
    admin = {"username": "anna", "password": PASSWORD}
    yield step("setup_admin", 403, key=None, body={**admin, "token": "guessed"})
    yield step("setup_admin", 201, key=None, body={**admin, "token": "$setup_token"},
               keep={"csrf": "csrf_token"})
    yield step("setup_admin", 409, key=None, body={**admin, "token": "$setup_token"})
    for scope in ("read", "sync", "admin"):
        yield step("keys_add", 201, key="session", body={"name": scope, "scope": scope},
                   keep={f"{scope}_key": "key"})


def logins():
    yield step("auth_session", key=None)
    yield step("auth_session", key="session")
    yield step("auth_login", 401, key=None, body={"username": "anna", "password": "wrong"})
    yield step("auth_sessions", key="session")
    yield step("auth_password", key="session",
               body={"current_password": PASSWORD, "new_password": LATER_PASSWORD})
    yield step("auth_logout", key="session")
    yield step("auth_sessions", 401, key="session")
    login = {"username": "anna", "password": LATER_PASSWORD}
    yield step("auth_login", key=None, body=login, keep={"csrf": "csrf_token"})
    yield step("auth_sessions", key="session", keep={"session": "sessions.0.id"})
    yield step("auth_login", key=None, body=login, keep={"csrf": "csrf_token"})
    yield step("auth_session_end", key="session", path={"session_id": "$session"})
    yield step("auth_session_end", 404, key="session", path={"session_id": "$session"})
    yield step("auth_sessions_end", key="session")


def keys_and_tokens():
    yield step("keys_list")
    yield step("keys_add", 201, body={"name": "short", "scope": "read", "days": 1},
               keep={"short": "id"})
    yield step("keys_revoke", path={"key_id": "$short"})
    yield step("keys_revoke", 404, path={"key_id": "$short"})
    yield step("keys_add", 403, key="read", body={"name": "more", "scope": "admin"})
    yield step("tokens_make", 201, body={"scope": "sync", "lifetime": 600})
    yield step("tokens_make", 403, key="read")
    yield step("tokens_rotate", body={"at_once": False})


def accounts():
    ben = {"username": "ben", "password": "a password of ben", "role": "user"}
    yield step("users_add", 201, body=ben, keep={"ben": "id"})
    yield step("users_add", 409, body=ben)
    yield step("users_list")
    yield step("users_get", path={"user_id": "$ben"})
    yield step("users_change", path={"user_id": "$ben"}, body={"role": "viewer"})
    yield step("users_end_sessions", path={"user_id": "$ben"})
    yield step("users_delete", path={"user_id": "$ben"})
    yield step("users_get", 404, path={"user_id": "$ben"})
    yield step("audit_list", query={"limit": 2}, keep={"audited": "entries.1.id"})
    yield step("audit_list", query={"before": "$audited", "action": "user"})


def settings():
    yield step("settings_get")
    yield step("settings_put", body={"settings": {"TRAKT_CLIENT_ID": "0123456789abcdef"}})
    yield step("config_get")
    yield step("config_post", body={"timezone": "Europe/Berlin", "auto_sync": True})
    yield step("interval_get")
    yield step("interval_put", body={"interval_hours": 6})
    yield step("interval_from_environment")
    yield step("schedule_get")
    yield step("schedule_preview", query={"schedule": "0 4 * * *", "count": 3})
    yield step("schedule_preview", 422, query={"schedule": "when I like"})
    yield step("schedule_pause", body={"paused": True, "hours": 1})
    yield step("timezone_supported")
    yield step("timezone_current")
    yield step("timezone_validate", body={"timezone": "Europe/Berlin"})
    yield step("timezone_validate", body={"timezone": "Europe/Berlyn"})


def diagnostics():
    yield step("diagnostics", 403, key="sync")
    yield step("diagnostics")


def backups():
    yield step("backups_list")
    yield step("backups_list", 403, key="sync")
    yield step("backups_make", 201, keep={"backup": "backup.name"})
    yield step("backups_list")
    yield step("backups_verify", path={"name": "$backup"})
    yield step("backups_verify", 404, path={"name": "secret.key"})
    yield step("backups_get", path={"name": "$backup"}, is_stream=True)
    yield step("backups_get", 404, path={"name": "listsync-.backup"})
    yield step("backups_remove", path={"name": "$backup"})
    yield step("backups_remove", 404, path={"name": "$backup"})


def moving_in():
    """With the file that daemon.py lays into the data folder."""
    yield step("import_look")
    yield step("import_look", 403, key="sync")
    yield step("import_take", body={"path": "import/lists.txt", "dry_run": True})
    yield step("import_take", 404, body={"path": "../secret.key"})
    yield step("import_take", 422, body={"path": "import/broken.db"})
    yield step("import_take", 404, body={"path": "upload"})
    yield step("import_upload", body=b"imdb:top\n")
    yield step("import_upload", 409, query={"offset": 3}, body=b"imdb:top\n")
    yield step("import_upload", query={"offset": 9}, body=b"nothing\n")
    yield step("import_take", body={"path": "upload", "dry_run": True})
    yield step("import_upload_drop")


def notifications():
    hook = {"name": "Script", "kind": "webhook", "settings": {"url": "http://127.0.0.1:9/hook"}}
    yield step("notifiers_list")
    yield step("notifications_list")
    yield step("notifications_list", 403, key="sync")
    yield step("notifications_add", 201, body={**hook, "quiet_from": "22:00",
                                               "quiet_until": "07:00", "form": "daily",
                                               "events": ["requested", "source"]},
               keep={"target": "id"})
    yield step("notifications_add", 409, body=hook)
    yield step("notifications_add", 422, body={**hook, "settings": {"url": "nowhere"}})
    yield step("notifications_change", path={"id": "$target"},
               body={"is_on": False, "quiet_from": None, "quiet_until": None})
    yield step("notifications_change", 422, path={"id": "$target"}, body={"digest_at": "noon"})
    yield step("notifications_change", 422, path={"id": "$target"},
               body={"quiet_from": "22:00", "quiet_until": "22:00"})
    yield step("notifications_test_saved", path={"id": "$target"})
    yield step("notifications_test", body={"kind": "webhook", "settings": {}, "id": "$target"})
    yield step("notifications_test", 422, body={})
    yield step("notifications_deliveries", query={"limit": 10})
    yield step("notifications_delete", path={"id": "$target"})
    yield step("notifications_delete", 404, path={"id": "$target"})


def seerr():
    for operation in ("seerr_status", "seerr_config", "seerr_users", "seerr_users_sync",
                      "seerr_services"):
        yield step(operation)
    yield step("seerr_test", body={})
    yield step("seerr_test", body={"overseerr_api_key": "wrong"})


def lists():
    yield step("providers_all")
    yield step("program_get", key="read")
    yield step("lists_validate", body={"list_type": "imdb", "list_id": IMDB})
    yield step("lists_validate", body={"list_type": "imdb", "list_id": "no list"})
    yield step("lists_preview", body={"list_type": "imdb", "list_id": IMDB})
    yield step("lists_add", key="sync", body={"list_type": "imdb", "list_id": IMDB,
                                              "description": "for the evening", "priority": 2},
               keep={"list": "list.id"})
    yield step("lists_add", body={"list_type": "mdblist", "list_id": MDBLIST, "user_id": "1"})
    yield step("lists_add", 422, body={"list_type": "imdb", "list_id": "no list"})
    yield step("lists_all")
    yield step("lists_all", key="read", query={"limit": 1, "page": 2, "sort": "name"})
    yield step("lists_one", path={"id": "$list"})
    yield step("lists_one", 404, path={"id": 999999})
    yield step("lists_export")
    yield step("lists_import", body={"text": "imdb:top\n# mine\nnothing", "dry_run": True})
    yield step("lists_import", 422, body={"text": '{"a": 1}'})
    yield step("lists_put", path={"id": "$list"}, body={"item_limit": 5, "auto_sync": True})


def runs():
    refusal = '{"message": "You do not have permission to make requests."}'
    yield simulate("/sim/faults", {"match": "POST /api/v1/request", "nth": 1, "action": "status",
                                   "status": 403, "body": refusal})
    yield step("sync_trigger", key="sync", body={"dry_run": True})
    yield step("runs_all", query={"limit": 1}, until=("runs.0.state", "completed"),
               keep={"dry": "runs.0.id"})
    yield step("sync_trigger", key="sync")
    yield step("sync_status")
    yield step("sync_live")
    yield step("runs_all", query={"limit": 1, "dry_run": "false"},
               until=("runs.0.state", "completed_with_errors"), keep={"run": "runs.0.id"})
    yield step("items_retry_failed")
    yield step("runs_all", query={"limit": 1, "dry_run": "false"},
               until=("runs.0.state", "completed"))
    yield step("runs_one", path={"id": "$run"})
    yield step("lists_runs", path={"id": "$list"}, query={"limit": 1}, keep={"read": "next_before"})
    yield step("lists_runs", path={"id": "$list"}, query={"before": "$read"})
    yield step("lists_runs", 404, path={"id": 999999})
    yield step("runs_one", 404, path={"id": 999999})
    yield step("runs_items", path={"id": "$run"}, query={"limit": 3})
    yield step("runs_items", path={"id": "$dry"}, query={"group": "new", "search": "the"})
    yield step("sync_trigger", 422, body={"except": [1]})
    yield step("sync_single", body={"list_type": "imdb", "list_id": IMDB})
    yield step("sync_trigger", body={"type": "single",
                                     "list": {"list_type": "imdb", "list_id": IMDB}})
    yield step("sync_trigger", 404, body={"list_type": "imdb", "list_id": "ls000999999"})
    yield step("runs_all", query={"limit": 1, "mode": "single"},
               until=("runs.0.state", "completed"))
    yield step("sync_cancel", path={"job_id": "current"})
    yield step("runs_undo", path={"id": "$run"})


def items():
    at = {"id": "$item"}
    yield step("items_all", query={"limit": 2}, keep={"cursor": "next_cursor",
                                                            "item": "items.0.id"})
    yield step("items_all", query={"limit": 2, "cursor": "$cursor"})
    yield step("items_all", query={"search": "a", "media_type": "movie", "sort": "title"})
    yield step("items_one", path=at)
    yield step("items_one", 404, path={"id": 999999})
    yield step("items_candidates", path=at)
    poster = {"media_type": "movie", "tmdb_id": 9000001}
    yield step("posters_one", key="read", path=poster)
    yield step("posters_one", path=poster, query={"size": "small"})
    yield step("posters_one", 404, path={"media_type": "movie", "tmdb_id": 999999999})
    yield step("items_match", path=at, body={"media_type": "movie", "tmdb_id": 603})
    yield step("items_unmatch", path=at)
    yield step("items_ignore", path=at)
    yield step("items_unignore", path=at)
    yield step("items_allow", path=at)
    yield step("items_allow_all")
    yield step("items_retry", path=at)
    yield step("items_retry_failed", 409)
    yield step("lists_items", path={"list_type": "imdb", "list_id": IMDB})
    yield step("requests_newest")
    yield step("requests_newest", query={"limit": 1})


def overview():
    for operation in ("analytics_overview", "analytics_additions", "analytics_sources"):
        yield step(operation)
        yield step(operation, query={"time_range": "7d"})
    yield step("analytics_statuses")
    yield step("stats_sync")
    yield step("activity_recent")
    yield step("activity_recent", query={"page": 2, "limit": 3})
    yield step("history_all")
    yield step("history_all", query={"limit": 1, "type": "full", "start_date": "2020-01-01"})
    yield step("history_one", path={"id": "$run"})
    yield step("history_one", 404, path={"id": 999999})
    yield step("attention_get")
    yield step("items_all", query={"need": "unmatched"})
    yield step("system_status")
    yield step("system_processes")
    yield step("system_logs")
    yield step("system_database_test")
    yield step("system_time")
    yield step("system_health", key=None)
    yield step("logs_entries", query={"limit": 5})
    yield step("logs_level_get")
    yield step("logs_level_put", body={"level": "info", "parts": {"web": "debug"}})
    yield step("logs_level_put", 422, body={"level": "info", "parts": {"web": "loud"}})
    yield step("logs_level_put", body={"level": "info", "parts": {}})


def streams():
    yield step("events", is_stream=True)
    yield step("logs_stream", is_stream=True)
    yield step("websocket", 101, is_stream=True,
               headers={"Connection": "Upgrade", "Upgrade": "websocket",
                        "Sec-WebSocket-Version": "13",
                        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})


def farewell():
    yield step("lists_delete_named", path={"list_type": "mdblist", "list_id": MDBLIST})
    yield step("lists_delete_named", 404, path={"list_type": "mdblist", "list_id": MDBLIST})
    yield step("lists_delete", path={"id": "$list"})
    yield step("lists_delete", 404, path={"id": "$list"})
    yield step("schedule_pause", body={"paused": False})


def steps():
    for part in (about, first_admin, logins, keys_and_tokens, accounts, settings, notifications,
                 seerr, lists, runs, items, overview, diagnostics, backups, moving_in, streams, farewell):
        yield from part()
