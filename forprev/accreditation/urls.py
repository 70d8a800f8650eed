from django.urls import path

from forprev.accreditation import views

app_name = "accreditation"
urlpatterns = [
    path("habilitations", views.active_list, name="active"),
    path("habilitations/<int:pk>", views.detail, name="detail"),
]
