from django.urls import path

from forprev.accreditation import views

app_name = "accreditation"
urlpatterns = [
    path("habilitations", views.active_list, name="active"),
    path("habilitations/manquante", views.missing, name="missing"),
    path("habilitations/<int:pk>", views.detail, name="detail"),
    path("demandes/en-cours", views.dossiers_ongoing, name="dossiers_ongoing"),
    path("demandes/a-traiter", views.dossiers_awaiting, name="dossiers_awaiting"),
]
