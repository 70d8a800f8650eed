from django.urls import path

from forprev.support import views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("aide", views.help_page, name="help"),
    path("aide/manuels", views.manuals_page, name="manuals"),
    path("mentions-legales", views.legal, name="legal"),
    path("donnees-personnelles", views.privacy, name="privacy"),
    path("accessibilite", views.accessibility, name="accessibility"),
]
