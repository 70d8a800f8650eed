from django.urls import path

from forprev.accounts.views import passwords, signing

app_name = "accounts"
urlpatterns = [
    path("connexion", signing.sign_in, name="sign_in"),
    path("deconnexion", signing.sign_out, name="sign_out"),
    path("role", signing.switch_role, name="switch_role"),
    path("sans-role", signing.no_role, name="no_role"),
    path("mot-de-passe-oublie", passwords.forgotten, name="forgotten_password"),
    path("mot-de-passe-oublie/envoye", passwords.link_asked, name="password_link_asked"),
    path("reinitialisation-mot-de-passe", passwords.choose, name="new_password"),
    path("reinitialisation-mot-de-passe/<str:token>", passwords.open_link, name="password_link"),
]
