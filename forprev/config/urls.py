"""Every address of the application: each package brings its own."""

from django.conf import settings
from django.urls import include, path

from forprev.accounts.access import acting_as
from forprev.accounts.models import Role
from forprev.core.dashboard import dashboard

urlpatterns = [
    path("tableau-de-bord", acting_as(*Role)(dashboard), name="dashboard"),
    path("", include("forprev.accounts.urls")),
    path("", include("forprev.notices.urls")),
    path("", include("forprev.catalogue.urls")),
    path("", include("forprev.organisations.urls")),
    path("", include("forprev.accreditation.urls")),
    path("", include("forprev.certification.urls")),
    path("", include("forprev.network.urls")),
    path("", include("forprev.support.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("forprev.demo.urls")))

handler400 = "forprev.core.views.bad_request"
handler403 = "forprev.core.views.permission_denied"
handler404 = "forprev.core.views.page_not_found"
handler500 = "forprev.core.views.server_error"
