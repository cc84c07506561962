"""`/healthz` says that the process lives, `/readyz` that it can do its work."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its tables are up to date, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        return JsonResponse({"status": "no database", "reason": str(error).strip()}, status=503)
    if missing:
        return JsonResponse({"status": "migrations missing", "count": missing}, status=503)
    return JsonResponse({"status": "ready"})
