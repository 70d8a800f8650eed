from django.urls import path

from forprev.organisations import views

app_name = "organisations"
urlpatterns = [
    path("entite", views.entity, name="entity"),
    path("utilisateurs", views.users, name="users"),
]
