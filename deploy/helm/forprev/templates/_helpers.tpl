{{- define "forprev.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "forprev.labels" -}}
app.kubernetes.io/name: forprev
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "forprev.selector" -}}
app.kubernetes.io/name: forprev
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "forprev.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What every pod shares: nobody's user, nothing to write on but its volumes, no door to the cluster. */}}
{{- define "forprev.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
# The keys want a file that only its owner may read, which the volume of a secret is not.
initContainers:
  - name: keys
    image: {{ include "forprev.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    command: [sh, -ec, "for kind in seal proofs; do install -d -m 0700 /keys/$kind; install -m 0600 /secret/$kind/* /keys/$kind/; done"]
    securityContext:
      {{- include "forprev.shut" . | nindent 6 }}
    resources:
      requests: {cpu: 10m, memory: 16Mi}
      limits: {memory: 64Mi}
    volumeMounts:
      - {name: seal-keys, mountPath: /secret/seal, readOnly: true}
      - {name: proof-keys, mountPath: /secret/proofs, readOnly: true}
      - {name: keys, mountPath: /keys}
volumes:
  - name: keys
    emptyDir: {medium: Memory, sizeLimit: 1Mi}
  - name: scratch
    emptyDir: {sizeLimit: 1Gi}
  - name: documents
    persistentVolumeClaim:
      claimName: {{ .Values.documents.existingClaim | default (printf "%s-documents" (include "forprev.name" .)) }}
  - name: seal-keys
    secret: {secretName: {{ .Values.secrets.sealKeys }}, defaultMode: 0440}
  - name: proof-keys
    secret: {secretName: {{ .Values.secrets.proofKeys }}, defaultMode: 0440}
{{- end -}}

{{- define "forprev.shut" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "forprev.container" -}}
image: {{ include "forprev.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- include "forprev.shut" . | nindent 2 }}
envFrom:
  - secretRef: {name: {{ .Values.secrets.environment }}}
volumeMounts:
  - {name: scratch, mountPath: /tmp}
  - {name: documents, mountPath: /var/lib/forprev/media}
  - {name: keys, mountPath: /var/lib/forprev/keys, readOnly: true}
{{- end -}}

{{- define "forprev.settings" -}}
- {name: FORPREV_ALLOWED_HOSTS, value: {{ .Values.host | quote }}}
- {name: FORPREV_PUBLIC_URL, value: {{ printf "https://%s" .Values.host | quote }}}
- {name: FORPREV_TRUSTED_PROXY_COUNT, value: "1"}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end -}}
