from django.contrib.auth.views import LoginView, LogoutView

from forprev.accounts.access import public

sign_in = public(LoginView.as_view(template_name="accounts/sign_in.html"))
sign_out = public(LogoutView.as_view())
