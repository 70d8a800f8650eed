from django.urls import path

from forprev.notices.views import dead_letters, inbox, texts, unsubscribing

app_name = "notices"
urlpatterns = [
    path("messages", inbox.inbox, name="inbox"),
    path("messages/archives", inbox.archives, name="archives"),
    path("messages/tout-lu", inbox.mark_all_read, name="mark_all_read"),
    path("messages/<uuid:pk>", inbox.notice, name="notice"),
    path("messages/<uuid:pk>/archiver", inbox.archive, name="archive"),
    path("messages/<uuid:pk>/restaurer", inbox.restore, name="restore"),
    path("desabonnement/<str:token>", unsubscribing.unsubscribe, name="unsubscribe"),
    path("courriels-non-remis", dead_letters.dead_letters, name="dead_letters"),
    path("courriels-non-remis/<uuid:pk>", dead_letters.dead_letter, name="dead_letter"),
    path("administration/courriels", texts.text_list, name="texts"),
    path("administration/courriels/<slug:slug>", texts.edit, name="edit_text"),
    path("administration/courriels/<slug:slug>/origine", texts.restore, name="restore_text"),
]
