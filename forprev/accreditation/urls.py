from django.urls import path

from forprev.accreditation.review import views as review
from forprev.accreditation.views import accreditations, new_user, users

app_name = "accreditation"
urlpatterns = [
    path("habilitations", accreditations.active_list, name="active"),
    path("habilitations/manquante", accreditations.missing, name="missing"),
    path("habilitations/<int:pk>", accreditations.detail, name="detail"),
    path("demandes/en-cours", accreditations.dossiers_ongoing, name="dossiers_ongoing"),
    path("demandes/a-traiter", accreditations.dossiers_awaiting, name="dossiers_awaiting"),
    path("demandes/<int:pk>", accreditations.dossier, name="dossier"),
    path("instruction", review.queue, name="queue"),
    path("instruction/toutes", review.queue_all, name="queue_all"),
    path("instruction/<int:pk>", review.review, name="review"),
    path("instruction/<int:pk>/prendre-en-charge", review.take, name="review_take"),
    path("instruction/<int:pk>/confier", review.assign, name="review_assign"),
    path("instruction/<int:pk>/pieces", review.pieces, name="review_pieces"),
    path("instruction/<int:pk>/pieces/<int:piece_pk>", review.piece, name="review_piece"),
    path("instruction/<int:pk>/message", review.message, name="review_message"),
    path("instruction/<int:pk>/note", review.note, name="review_note"),
    path("instruction/<int:pk>/complement", review.completion, name="review_completion"),
    path("instruction/<int:pk>/avis", review.opinion, name="review_opinion"),
    path("instruction/<int:pk>/renvoyer", review.send_back, name="review_send_back"),
    path("instruction/<int:pk>/accepter", review.accept, name="review_accept"),
    path("instruction/<int:pk>/refuser", review.refuse, name="review_refuse"),
    path("utilisateurs/nouveau", new_user.information, name="new_user"),
    path("utilisateurs/nouveau/<uuid:key>", new_user.information, name="new_user_information"),
    path("utilisateurs/nouveau/<uuid:key>/role", new_user.role, name="new_user_role"),
    path("utilisateurs/nouveau/<uuid:key>/habilitations", new_user.attach, name="new_user_accreditations"),
    path("utilisateurs/<int:pk>", users.user, name="user"),
    path("utilisateurs/roles/<int:pk>/modifier", users.change_delegate, name="change_delegate"),
    path("utilisateurs/roles/<int:pk>/fin", users.end_role, name="end_role"),
]
