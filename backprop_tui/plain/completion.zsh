#compdef backprop-tui
# zsh completion of backprop-tui, as `backprop-tui completion zsh` prints it: to be sourced, or as _backprop-tui in $fpath.
_backprop-tui() {
    local curcontext="$curcontext" state line
    local -A opt_args
    local -a commands=(@commands@)
    _arguments -C -A '-*' '1: :->command' '*:: :->after' \
            @options@ && return
    case $state in
    command) _describe -t commands command commands ;;
    after)
        curcontext="${curcontext%:*}-$words[1]:"
        case $words[1] in
        @after@
        esac ;;
    esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
if [[ $funcstack[1] == _backprop-tui ]]; then _backprop-tui "$@"; else compdef _backprop-tui backprop-tui; fi
