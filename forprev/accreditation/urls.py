from django.urls import path

from forprev.accreditation.dossiers.views import entry, follow, starting
from forprev.accreditation.views import accreditations, new_user, users

app_name = "accreditation"
urlpatterns = [
    path("habilitations", accreditations.active_list, name="active"),
    path("habilitations/manquante", accreditations.missing, name="missing"),
    path("habilitations/<int:pk>", accreditations.detail, name="detail"),
    path("premiere-demande", starting.first_request, name="first_request"),
    path("premiere-demande/message", starting.first_request_asked, name="first_request_asked"),
    path("premiere-demande/confirmation", starting.confirm_candidacy, name="confirm_candidacy"),
    path("premiere-demande/lien/<str:token>", starting.open_candidacy, name="candidacy"),
    path("demandes/en-cours", follow.ongoing, name="dossiers_ongoing"),
    path("demandes/a-traiter", follow.awaiting, name="dossiers_awaiting"),
    path("demandes/closes", follow.closed, name="dossiers_closed"),
    path("demandes/nouvelle", starting.new_dossier, name="new_dossier"),
    path("demandes/communes", entry.communes, name="communes"),
    path("demandes/<int:pk>", follow.dossier, name="dossier"),
    path("demandes/<int:pk>/saisie", entry.entry, name="dossier_entry"),
    path("demandes/<int:pk>/organisme", entry.common, name="dossier_common"),
    path("demandes/<int:pk>/habilitations", entry.lines, name="dossier_lines"),
    path("demandes/<int:pk>/pieces/<slug:key>", entry.piece, name="dossier_piece"),
    path("demandes/<int:pk>/documents/<int:piece_id>", entry.document, name="dossier_document"),
    path("demandes/<int:pk>/documents/<int:piece_id>/retirer", entry.remove_piece, name="remove_piece"),
    path("demandes/<int:pk>/transmettre", entry.check, name="submit_dossier"),
    path("demandes/<int:pk>/completer", entry.complete, name="complete_dossier"),
    path("demandes/<int:pk>/retirer", follow.withdraw, name="withdraw_dossier"),
    path("demandes/<int:pk>/supprimer", follow.discard, name="discard_dossier"),
    path("utilisateurs/nouveau", new_user.information, name="new_user"),
    path("utilisateurs/nouveau/<uuid:key>", new_user.information, name="new_user_information"),
    path("utilisateurs/nouveau/<uuid:key>/role", new_user.role, name="new_user_role"),
    path("utilisateurs/nouveau/<uuid:key>/habilitations", new_user.attach, name="new_user_accreditations"),
    path("utilisateurs/<int:pk>", users.user, name="user"),
    path("utilisateurs/roles/<int:pk>/modifier", users.change_delegate, name="change_delegate"),
    path("utilisateurs/roles/<int:pk>/fin", users.end_role, name="end_role"),
]
