# bash completion of backprop-tui, as `backprop-tui completion bash` prints it; for bash 3.2 or newer.
_backprop_tui() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command= words= files= i
    # bash makes three words of --problem=xor.
    if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$command:${COMP_WORDS[i]}" in
        @options@)
            if [[ ${COMP_WORDS[i+1]} == = ]]; then ((i++)); fi
            ((i++)) ;;
        @commands@)
            command="${COMP_WORDS[i]}" ;;
        esac
    done
    case "$command $before $word" in
        @after option@
        *) case "$command $word" in
            @in its place@
        esac ;;
    esac
    COMPREPLY=()
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        word="${word#[\"\']}"
        while IFS= read -r i; do COMPREPLY+=("$i"); done < <(
            compgen -d -- "${word//\\/}"
            compgen -f -X "!$files" -- "${word//\\/}"
        )
    else
        while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -W "$words" -- "$word")
    fi
}
complete -F _backprop_tui backprop-tui
