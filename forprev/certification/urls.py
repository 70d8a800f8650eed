from django.urls import path

from forprev.certification.checking import views as checking
from forprev.certification.credentials import views as credentials
from forprev.certification.life import views as life
from forprev.certification.papers import views as papers
from forprev.certification.proofs import views as proofs
from forprev.certification.views import bulk, certificates, entry, results, sessions, trainees

app_name = "certification"
urlpatterns = [
    path("sessions/a-traiter", sessions.awaiting_list, name="awaiting"),
    path("sessions/en-cours", sessions.ongoing_list, name="ongoing"),
    path("sessions/nouvelle", sessions.create, name="create"),
    path("sessions/<int:pk>", entry.session, name="session"),
    path("sessions/<int:pk>/formateur", entry.trainer, name="trainer"),
    path("sessions/<int:pk>/stagiaires", trainees.trainees, name="trainees"),
    path("sessions/<int:pk>/stagiaires/importer", bulk.import_trainees, name="import_trainees"),
    path("sessions/<int:pk>/stagiaires/modele.xlsx", bulk.model, name="trainees_model"),
    path("sessions/<int:pk>/stagiaires/imports/<int:import_pk>", bulk.preview, name="trainee_import"),
    path("sessions/<int:pk>/stagiaires/<int:trainee_pk>", trainees.change, name="trainee"),
    path("sessions/<int:pk>/stagiaires/<int:trainee_pk>/retirer", trainees.remove, name="trainee_remove"),
    path("sessions/<int:pk>/envoyer", entry.send, name="send"),
    path("sessions/<int:pk>/resultats", results.confirm_results, name="send_results"),
    path("sessions/<int:pk>/generer", results.generate, name="generate"),
    path("sessions/<int:pk>/telechargements", certificates.downloads, name="downloads"),
    path("sessions/<int:pk>/telechargements/certificats.zip", certificates.archive, name="archive"),
    path("sessions/<int:pk>/rouvrir", results.reopen, name="reopen"),
    path("sessions/<int:pk>/supprimer", sessions.delete, name="delete"),
    path("sessions/<int:pk>/certificats", life.session_certificates, name="session_certificates"),
    path("sessions/<int:pk>/certificats/annuler", life.cancel_all, name="cancel_session"),
    path("certificats/delivres", life.certificates, name="certificates"),
    path("certificats/delivres/<int:pk>", life.certificate, name="certificate"),
    path("certificats/delivres/<int:pk>/annuler", life.cancel_one, name="cancel_certificate"),
    path("certificats", certificates.own, name="own_certificates"),
    path("certificats/<int:pk>/pdf", certificates.pdf, name="pdf"),
    path("cachet/certificats.pem", certificates.seal_certificates, name="seal_certificates"),
    path("certificats/<int:pk>/badge.json", credentials.own_badge, name="own_badge"),
    path("badges/<str:code>", credentials.badge, name="badge"),
    path("badges/statuts/<int:number>", credentials.status_list, name="status_list"),
    path(".well-known/did.json", credentials.did, name="did"),
    path(".well-known/jwks.json", proofs.jwks, name="jwks"),
    path("administration/modeles", papers.templates, name="templates"),
    path("administration/modeles/nouveau", papers.new_template, name="new_template"),
    path("administration/modeles/<int:pk>/versions", papers.new_version, name="new_version"),
    path("administration/modeles/versions/<int:number>", papers.template_version, name="template_version"),
    path("administration/modeles/versions/<int:number>/publier", papers.publish_version, name="publish_version"),
    path("administration/modeles/versions/<int:number>/specimen.pdf", papers.version_pdf, name="version_pdf"),
    path("administration/modeles/versions/<int:number>/specimen.png", papers.version_png, name="version_png"),
    path("administration/catalogue/certificats/<int:pk>/specimen.pdf", papers.specimen, name="specimen"),
    path("verification/hors-ligne", proofs.offline, name="offline"),
    path("verification/hors-ligne.html", proofs.offline_file, name="offline_file"),
    path("verification/verifier_certificat.py", proofs.offline_script, name="offline_script"),
    path("verification", checking.check, name="check"),
    path("verification/<str:code>", checking.verification, name="verification"),
]
