from django.urls import path

from forprev.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("administration/catalogue", views.catalogue, name="catalogue"),
    path("administration/catalogue/dispositifs/nouveau", views.new_scheme, name="new_scheme"),
    path("administration/catalogue/dispositifs/<int:pk>", views.scheme, name="scheme"),
    path("administration/catalogue/dispositifs/<int:pk>/niveaux", views.new_level, name="new_level"),
    path("administration/catalogue/niveaux/<int:pk>", views.edit_level, name="edit_level"),
    path("administration/catalogue/niveaux/<int:pk>/retirer", views.remove_level, name="remove_level"),
    path("administration/catalogue/niveaux/<int:level>/certificat", views.new_qualification, name="new_qualification"),
    path("administration/catalogue/certificats/<int:pk>", views.qualification, name="qualification"),
    path("administration/catalogue/certificats/<int:pk>/modifier", views.edit_qualification, name="edit_qualification"),
    path("administration/catalogue/certificats/<int:pk>/ouvrir", views.open_qualification, name="open_qualification"),
    path("administration/catalogue/certificats/<int:pk>/fermer", views.close_qualification, name="close_qualification"),
    path("administration/catalogue/certificats/<int:pk>/regles", views.plan_rules, name="plan_rules"),
    path("administration/catalogue/regles/<int:pk>", views.edit_rules, name="edit_rules"),
    path("administration/catalogue/regles/<int:pk>/abandonner", views.drop_rules, name="drop_rules"),
    path("administration/signataires", views.signatories, name="signatories"),
    path("administration/signataires/nouveau", views.new_signatory, name="new_signatory"),
    path("administration/signataires/<int:pk>", views.edit_signatory, name="edit_signatory"),
]
