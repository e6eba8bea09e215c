# fish completion of backprop-tui, as `backprop-tui completion fish` prints it; for fish 3.2 or newer.
function __backprop_tui_at -a command -d 'Whether the word at hand stands after this command, or before any'
    set -l found ''
    set -l is_value 0
    for word in (commandline -opc)[2..]
        if test $is_value = 1
            set is_value 0
        else if test -z "$found"
            switch $word
                case @options@
                    set is_value 1
                case @commands@
                    set found $word
            end
        end
    end
    test "$found" = "$command"
end
function __backprop_tui_files -a ending -d 'Folders, and files with this ending'
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    complete -C "'' $word" | string match -r "^[^\t]*(?:/|$ending)(?:\t.*)?\$"
end
complete -c backprop-tui -f
@lines@
