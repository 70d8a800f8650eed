from django.urls import path

from forprev.accreditation.committee import views as committee
from forprev.accreditation.life import views as life
from forprev.accreditation.views import accreditations, new_user, stand_in, users

app_name = "accreditation"
urlpatterns = [
    path("habilitations", accreditations.active_list, name="active"),
    path("habilitations/suspendues", accreditations.suspended_list, name="suspended"),
    path("habilitations/manquante", accreditations.missing, name="missing"),
    path("habilitations/<int:pk>", accreditations.detail, name="detail"),
    path("habilitations/<int:pk>/suspendre", life.suspend, name="suspend"),
    path("habilitations/<int:pk>/lever-la-suspension", life.resume, name="resume"),
    path("habilitations/<int:pk>/retirer", life.withdraw, name="withdraw"),
    path("demandes/en-cours", accreditations.dossiers_ongoing, name="dossiers_ongoing"),
    path("demandes/a-traiter", accreditations.dossiers_awaiting, name="dossiers_awaiting"),
    path("demandes/<int:pk>", stand_in.dossier, name="dossier"),
    path("instruction/<int:pk>", stand_in.dossier, name="review"),
    path("commissions", committee.meetings, name="meetings"),
    path("commissions/nouvelle", committee.plan, name="plan_meeting"),
    path("commissions/<int:pk>", committee.meeting, name="meeting"),
    path("commissions/<int:pk>/inscrire", committee.schedule, name="schedule"),
    path("commissions/<int:pk>/retirer/<int:dossier>", committee.unschedule, name="unschedule"),
    path("commissions/<int:pk>/deplacer/<int:dossier>", committee.move, name="move"),
    path("commissions/<int:pk>/seance", committee.sitting, name="sitting"),
    path("commissions/<int:pk>/cloture", committee.close, name="close_meeting"),
    path("commissions/<int:pk>/proces-verbal", committee.minutes_file, name="minutes"),
    path("utilisateurs/nouveau", new_user.information, name="new_user"),
    path("utilisateurs/nouveau/<uuid:key>", new_user.information, name="new_user_information"),
    path("utilisateurs/nouveau/<uuid:key>/role", new_user.role, name="new_user_role"),
    path("utilisateurs/nouveau/<uuid:key>/habilitations", new_user.attach, name="new_user_accreditations"),
    path("utilisateurs/<int:pk>", users.user, name="user"),
    path("utilisateurs/roles/<int:pk>/modifier", users.change_delegate, name="change_delegate"),
    path("utilisateurs/roles/<int:pk>/fin", users.end_role, name="end_role"),
]
