{{- define "sallyport.name" -}}
{{- if contains "sallyport" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-sallyport" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "sallyport.component" -}}
{{ if eq .Values.mode "sidecar" }}agent{{ else }}gate{{ end }}
{{- end }}

{{- define "sallyport.selector" -}}
app.kubernetes.io/name: sallyport
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "sallyport.component" . }}
{{- end }}

{{- define "sallyport.labels" -}}
{{ include "sallyport.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "sallyport.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "sallyport.policyMap" -}}
{{ .Values.policy.existingConfigMap | default (printf "%s-policy" (include "sallyport.name" .)) }}
{{- end }}

{{/* sallyport.yaml: what the chart knows, and over it what the values say. */}}
{{- define "sallyport.settings" -}}
{{- $sidecar := eq .Values.mode "sidecar" }}
{{- $listen := dict "name" "main" "address" (ternary "127.0.0.1" "0.0.0.0" $sidecar) "port" (int .Values.proxyPort) }}
{{- if .Values.proxyProtocol.trusted }}
{{- $_ := set $listen "proxy-protocol" .Values.proxyProtocol.trusted }}
{{- end }}
{{- if .Values.tls.existingSecret }}
{{- $_ := set $listen "tls" (dict "certificate" "/etc/sallyport/tls/tls.crt" "key" "/etc/sallyport/tls/tls.key") }}
{{- end }}
{{- $settings := dict
  "listen" (list $listen)
  "admin" (dict "address" "0.0.0.0" "port" (int .Values.adminPort))
  "control" "/var/lib/sallyport/sallyport.sock"
  "policy" "/etc/sallyport/policy"
  "audit" (dict "file" "/var/lib/sallyport/audit/sallyport.jsonl")
  "limits" (dict "time" (dict "drain" (printf "%ds" (int .Values.drainSeconds))))
  "log" (dict "format" "json") }}
{{- if .Values.tokens.existingSecret }}
{{- $_ := set $settings "identity" (dict "tokens" "/etc/sallyport/tokens/tokens.yaml") }}
{{- end }}
{{- if .Values.authority.existingSecret }}
{{- $_ := set $settings "intercept" (dict "certificate" "/etc/sallyport/authority/tls.crt" "key" "/etc/sallyport/authority/tls.key") }}
{{- else }}
{{- $_ := set $settings "intercept" (dict "authority" "memory") }}
{{- end }}
{{- mergeOverwrite $settings .Values.settings | toYaml }}
{{- end }}

{{- define "sallyport.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "sallyport.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* The container of the gate, in a pod of its own or beside an agent. */}}
{{- define "sallyport.container" -}}
name: gate
image: {{ include "sallyport.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [serve, --config, /etc/sallyport/settings/sallyport.yaml]
{{- if eq .Values.mode "sidecar" }}
{{- if eq .Values.sidecar.way "parent" }}
env:
  - name: SALLYPORT_UPSTREAM_PROXY
    valueFrom:
      secretKeyRef:
        name: {{ .Values.sidecar.parent.urlSecret }}
        key: url
{{- end }}
{{- else }}
env:
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
{{- end }}
ports:
  - name: proxy
    containerPort: {{ .Values.proxyPort }}
    protocol: TCP
  - name: admin
    containerPort: {{ .Values.adminPort }}
    protocol: TCP
startupProbe:
  httpGet: {path: /readyz, port: admin}
  periodSeconds: 1
  failureThreshold: 60
readinessProbe:
  httpGet: {path: /readyz, port: admin}
  periodSeconds: 5
  failureThreshold: 2
livenessProbe:
  httpGet: {path: /healthz, port: admin}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
{{- if eq .Values.mode "shared" }}
# So long new connections still come while every node learns that this pod leaves.
lifecycle:
  preStop:
    sleep:
      seconds: 5
{{- end }}
securityContext:
  {{- include "sallyport.containerSecurityContext" . | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - {name: settings, mountPath: /etc/sallyport/settings, readOnly: true}
  - {name: policy, mountPath: /etc/sallyport/policy, readOnly: true}
  {{- if .Values.tokens.existingSecret }}
  - {name: tokens, mountPath: /etc/sallyport/tokens, readOnly: true}
  {{- end }}
  {{- if .Values.tls.existingSecret }}
  - {name: tls, mountPath: /etc/sallyport/tls, readOnly: true}
  {{- end }}
  {{- if .Values.authority.existingSecret }}
  - {name: authority, mountPath: /etc/sallyport/authority, readOnly: true}
  {{- end }}
  - {name: state, mountPath: /var/lib/sallyport}
  {{- if and (eq .Values.audit.kind "pvc") (eq .Values.mode "shared") }}
  - {name: audit, mountPath: /var/lib/sallyport/audit, subPathExpr: $(POD_NAME)}
  {{- else }}
  - {name: audit, mountPath: /var/lib/sallyport/audit}
  {{- end }}
  - {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "sallyport.volumes" -}}
- name: settings
  configMap:
    name: {{ include "sallyport.name" . }}-settings
- name: policy
  configMap:
    name: {{ include "sallyport.policyMap" . }}
{{- if .Values.tokens.existingSecret }}
- name: tokens
  secret:
    secretName: {{ .Values.tokens.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if .Values.tls.existingSecret }}
- name: tls
  secret:
    secretName: {{ .Values.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if .Values.authority.existingSecret }}
- name: authority
  secret:
    secretName: {{ .Values.authority.existingSecret }}
    defaultMode: 0440
{{- end }}
- name: state
  emptyDir:
    sizeLimit: 64Mi
- name: audit
  {{- if eq .Values.audit.kind "pvc" }}
  persistentVolumeClaim:
    claimName: {{ .Values.audit.existingClaim | default (printf "%s-audit" (include "sallyport.name" .)) }}
  {{- else }}
  emptyDir:
    sizeLimit: {{ .Values.audit.size }}
  {{- end }}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end }}

{{/* Where a gate that goes out itself may go: outside, and to no address of the cluster, the node or the metadata service. */}}
{{- define "sallyport.egressOutside" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
          {{- toYaml .Values.networkPolicy.denied.ipv4 | nindent 10 }}
    - ipBlock:
        cidr: ::/0
        except:
          {{- toYaml .Values.networkPolicy.denied.ipv6 | nindent 10 }}
  {{- with .Values.networkPolicy.ports }}
  ports:
    {{- range . }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- end }}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace }}
      podSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.dns.podLabels | nindent 10 }}
    {{- with .Values.networkPolicy.dns.cidr }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- range .Values.networkPolicy.allowed }}
- to:
    - ipBlock:
        cidr: {{ .cidr | quote }}
  ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end }}
{{- end }}
