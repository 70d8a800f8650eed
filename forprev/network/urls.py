from django.urls import path

from forprev.network import views

app_name = "network"
urlpatterns = [path("chiffres", views.figures_page, name="figures")]
