namespace Rackboot.Cloud.Rescue;

/// <summary>Writes a disk image from within a rescue system: fetched, unpacked, written and read back there. It runs on the server itself,
/// so neither a broken connection nor a restart here spoils it; each call only looks, or begins it.</summary>
internal static class RescueInstall
{
    /// <summary>Looks how far it is, or begins.</summary>
    /// <param name="disk">The disk to write to; null is the smallest one that is no medium and has 8 GB.</param>
    /// <returns>What is waited for; null when the image is on the disk and was read back.</returns>
    /// <exception cref="CloudException">It failed; the message says where.</exception>
    public static async Task<string?> StepAsync(
        IRescueShell shell, string name, string user, string address, Uri image, string? disk, CancellationToken cancel)
    {
        var said = (await shell.RunAsync(name, user, address, Script(image, disk), cancel).ConfigureAwait(false)).Trim();
        var last = said.Split('\n')[^1];
        return last switch
        {
            "rackboot: done" => null,
            "rackboot: running" or "rackboot: begun" => "Talos to be written to its disk",
            _ when last.StartsWith("rackboot: failed ", StringComparison.Ordinal) =>
                throw new CloudException(CloudFailure.Rejected, $"Talos was not written to the disk of {name}: "
                    + $"{Short(last["rackboot: failed ".Length..])}"),
            _ => throw new CloudException(CloudFailure.BadAnswer, $"the rescue system of {name} sent an unexpected answer: "
                + $"{Short(last)}"),
        };
    }

    /// <summary>The script: POSIX shell, which every rescue system has.</summary>
    internal static string Script(Uri image, string? disk) =>
        $$"""
        # One command from brace to brace: where the connection breaks before its end, nothing of it runs.
        {
        set -u
        export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
        state=${RACKBOOT_STATE:-/run/rackboot}
        fail() { echo "rackboot: failed $*"; exit 0; }
        [ -e "$state/done" ] && { echo "rackboot: done"; exit 0; }
        [ -e "$state/failed" ] && fail "$(tail -n 1 "$state/failed")"
        [ -e "$state/pid" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null && { echo "rackboot: running"; exit 0; }
        # Never on a system that somebody installed: a rescue system's root is in memory.
        case $(findmnt -n -o FSTYPE / 2>/dev/null || stat -f -c %T /) in
          overlay*|tmpfs|ramfs|rootfs|nfs*|aufs|squashfs) ;;
          *) fail "this is no rescue system: its root is on a disk";;
        esac
        disk={{Quoted(disk ?? "")}}
        [ -n "$disk" ] || disk=$(lsblk -b -d -n -p -o NAME,SIZE,TYPE,RM | awk '$3 == "disk" && $4 == 0 && $2 >= 8000000000 {print $2, $1}' |
          sort -n | awk 'NR == 1 {print $2}')
        [ -n "$disk" ] && [ -e "$disk" ] || fail "there is no disk to write to"
        case {{Quoted(image.AbsolutePath)}} in
          *.xz) unpack="xz -dc";; *.zst) unpack="zstd -dc";; *.gz) unpack="gzip -dc";; *) unpack=cat;;
        esac
        mkdir -p "$state" || fail "nothing can be written to $state"
        cat > "$state/run" <<'RACKBOOT'
        set -e
        disk=$1 url=$2 unpack=$3 state=$4
        mkfifo "$state/copy"
        sha256sum < "$state/copy" | cut -d ' ' -f 1 > "$state/sent" &
        # curl ends with 23 when those after it went away; they say why.
        { curl -fsSL --retry 5 "$url" || [ $? -eq 23 ] || echo failed > "$state/fetch"; } | { $unpack || echo failed > "$state/unpack"; } |
          tee "$state/copy" | dd of="$disk" bs=4M iflag=fullblock conv=fsync,notrunc 2> "$state/dd" || echo failed > "$state/write"
        wait
        [ ! -e "$state/write" ] || { echo "$disk cannot be written: $(grep '^dd:' "$state/dd" | head -n 1)"; exit 1; }
        [ ! -e "$state/fetch" ] || { echo "the image cannot be fetched from $url"; exit 1; }
        [ ! -e "$state/unpack" ] || { echo "the image from $url is damaged: ${unpack%% *} cannot unpack it"; exit 1; }
        bytes=$(awk '/bytes/ {print $1}' "$state/dd")
        [ "${bytes:-0}" -gt 1000000 ] || { echo "the image has ${bytes:-0} bytes"; exit 1; }
        blockdev --flushbufs "$disk" 2>/dev/null || true
        head -c "$bytes" "$disk" | sha256sum | cut -d ' ' -f 1 > "$state/read"
        cmp -s "$state/sent" "$state/read" || { echo "what was read back from $disk is not what was written"; exit 1; }
        RACKBOOT
        rm -f "$state/copy"
        ( sh "$state/run" "$disk" {{Quoted(image.ToString())}} "$unpack" "$state" > "$state/log" 2>&1 && touch "$state/done" ||
          mv "$state/log" "$state/failed" ) < /dev/null > /dev/null 2>&1 &
        echo $! > "$state/pid"
        echo "rackboot: begun"
        exit 0
        }

        """;

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Short(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
