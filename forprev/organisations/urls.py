from django.urls import path

from forprev.organisations import views

app_name = "organisations"
urlpatterns = [
    path("entite", views.entity, name="entity"),
    path("mon-profil/caisse", views.own_fund, name="own_fund"),
    path("utilisateurs", views.users, name="users"),
]
