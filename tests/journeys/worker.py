"""The worker of the journeys: each test's empty database numbers the content types anew, so it forgets the old ones."""

from celery.signals import task_prerun
from django.apps import apps

from oms.celery import app

__all__ = ["app"]


@task_prerun.connect
def forget_content_types(**_task) -> None:
    apps.get_model("contenttypes", "ContentType").objects.clear_cache()
