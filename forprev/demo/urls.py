from django.urls import path

from forprev.demo import views

app_name = "demo"
urlpatterns = [
    path("codes", views.codes, name="codes"),
    path("courriels", views.mails, name="mails"),
    path("courriels/<uuid:mail_id>", views.mail, name="mail"),
    path("courriels/<uuid:mail_id>/html", views.mail_html, name="mail_html"),
]
