from django.urls import path

from forprev.support.contact import views as contact
from forprev.support.data_protection import views as data
from forprev.support.help import views as help
from forprev.support.views import corrections, merges, pages

app_name = "support"
urlpatterns = [
    path("", pages.home, name="home"),
    path("aide", help.help_page, name="help"),
    path("aide/questions/<slug:slug>", help.question, name="question"),
    path("aide/questions/<slug:slug>/avis", help.opinion, name="question_opinion"),
    path("contact", contact.contact, name="contact"),
    path("contact/envoyee", contact.sent, name="contact_sent"),
    path("demandes-de-contact", contact.requests, name="contact_requests"),
    path("demandes-de-contact/<int:pk>", contact.contact_request, name="contact_request"),
    path("demandes-de-contact/<int:pk>/reponse", contact.answer, name="contact_answer"),
    path("demandes-de-contact/<int:pk>/affectation", contact.assign, name="contact_assign"),
    path("demandes-de-contact/<int:pk>/personne", contact.link, name="contact_link"),
    path("demandes-de-contact/<int:pk>/etat", contact.move, name="contact_move"),
    path("demandes-de-contact/<int:pk>/pieces/<int:message>", contact.document, name="contact_document"),
    path("reponses-types", contact.canned_answers, name="canned_answers"),
    path("reponses-types/nouvelle", contact.new_canned, name="canned_new"),
    path("reponses-types/<int:pk>", contact.edit_canned, name="canned_edit"),
    path("administration/questions", help.questions, name="questions"),
    path("administration/questions/nouvelle", help.new_question, name="question_new"),
    path("administration/questions/<int:pk>", help.edit_question, name="question_edit"),
    path("administration/conservation", data.register, name="retention"),
    path("administration/conservation/passages", data.runs, name="retention_runs"),
    path("administration/conservation/<slug:key>", data.rule, name="retention_rule"),
    path("administration/consultations", data.consultations, name="consultations"),
    path("donnees-d-une-personne", data.person_data, name="person_data"),
    path("aide/manuels", pages.manuals_page, name="manuals"),
    path("mentions-legales", pages.legal, name="legal"),
    path("donnees-personnelles", pages.privacy, name="privacy"),
    path("accessibilite", pages.accessibility, name="accessibility"),
    path("mon-profil/demander-une-correction", corrections.ask, name="ask_correction"),
    path("mon-profil/corrections/<int:pk>/annuler", corrections.drop, name="drop_correction"),
    path("mon-profil/corrections/<int:pk>/justificatif", corrections.own_document, name="own_correction_document"),
    path("doublons", merges.merges, name="merges"),
    path("doublons/nouveau", merges.choose, name="choose_duplicates"),
    path("doublons/<int:duplicate>/<int:kept>", merges.compare, name="compare_duplicates"),
    path("doublons/fusions/<int:pk>", merges.merge, name="merge"),
    path("doublons/fusions/<int:pk>/annuler", merges.undo, name="undo_merge"),
    path("corrections", corrections.corrections, name="corrections"),
    path("corrections/<int:pk>", corrections.correction, name="correction"),
    path("corrections/<int:pk>/justificatif", corrections.document, name="correction_document"),
    path("corrections/<int:pk>/appliquer", corrections.apply, name="apply_correction"),
    path("corrections/<int:pk>/refuser", corrections.refuse, name="refuse_correction"),
]
