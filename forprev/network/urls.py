from django.urls import path

from forprev.network.calendar import views as calendar
from forprev.network.figures import views
from forprev.network.messages import views as messages
from forprev.network.parameters import views as parameters

app_name = "network"
urlpatterns = [
    path("chiffres", views.figures_page, name="figures"),
    path("envois", messages.message_list, name="messages"),
    path("envois/nouveau", messages.create, name="new_message"),
    path("envois/<int:pk>", messages.follow, name="message"),
    path("envois/<int:pk>/destinataires", messages.audience, name="message_audience"),
    path("envois/<int:pk>/message", messages.words, name="message_words"),
    path("envois/<int:pk>/verifier", messages.check, name="message_check"),
    path("envois/<int:pk>/annuler", messages.cancel, name="cancel_message"),
    path("envois/<int:pk>/piece-jointe", messages.document, name="message_document"),
    path("messages-cibles", messages.received_list, name="received_messages"),
    path("messages-cibles/<int:pk>", messages.received, name="received_message"),
    path("messages-cibles/<int:pk>/piece-jointe", messages.received_document, name="received_document"),
    path("administration/parametres", parameters.parameter_list, name="parameters"),
    path("administration/parametres/<slug:slug>", parameters.edit, name="edit_parameters"),
    path("mon-profil/agenda", calendar.page, name="calendar"),
    path("mon-profil/agenda/revoquer", calendar.revoke, name="revoke_calendar"),
    path("agenda/<str:token>.ics", calendar.feed, name="calendar_feed"),
]
