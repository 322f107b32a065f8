# The way out, for shells and what they start: written by Sallyport's dev container feature.
if [ -r /usr/local/share/sallyport/environment ]; then
  set -a
  . /usr/local/share/sallyport/environment
  set +a
  unset ALL_PROXY all_proxy npm_config_noproxy
fi
