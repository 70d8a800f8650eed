from django.urls import path

from forprev.organisations import views
from forprev.organisations.updating import views as updating

app_name = "organisations"
urlpatterns = [
    path("entite", views.entity, name="entity"),
    path("entite/actualiser", updating.update, name="update"),
    path("entite/communes", updating.communes, name="communes"),
    path("entites/<int:pk>/attestation-urssaf", updating.urssaf, name="urssaf"),
    path("demandes/actualisations/<int:pk>", updating.data_change, name="data_change"),
    path("demandes/actualisations/<int:pk>/retirer", updating.drop, name="drop_data_change"),
    path("demandes/actualisations/<int:pk>/attestation-urssaf", updating.wished_urssaf, name="wished_urssaf"),
    path("mon-profil/caisse", views.own_fund, name="own_fund"),
    path("utilisateurs", views.users, name="users"),
]
