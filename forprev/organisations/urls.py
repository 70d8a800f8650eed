from django.urls import path

from forprev.organisations import views
from forprev.organisations.funds import views as funds
from forprev.organisations.staff import views as staff
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
    path("administration/caisses", funds.funds, name="funds"),
    path("administration/caisses/nouvelle", funds.new_fund, name="new_fund"),
    path("administration/caisses/<int:pk>", funds.fund, name="fund"),
    path("administration/caisses/<int:pk>/modifier", funds.edit_fund, name="edit_fund"),
    path("administration/caisses/<int:pk>/departements", funds.move_departments, name="move_departments"),
    path("administration/personnes", staff.staff, name="staff"),
    path("administration/personnes/terminees", staff.ended_staff, name="ended_staff"),
    path("administration/personnes/nouvelle", staff.new_person, name="new_staff"),
    path("administration/personnes/nouvelle/<uuid:key>", staff.new_person, name="new_staff_information"),
    path("administration/personnes/nouvelle/<uuid:key>/role", staff.new_role, name="new_staff_role"),
    path("administration/personnes/<int:pk>", staff.network_role, name="network_role"),
    path("administration/personnes/<int:pk>/fin", staff.end_role, name="end_network_role"),
]
