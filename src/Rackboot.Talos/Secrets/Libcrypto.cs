using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Rackboot.Talos.Secrets;

/// <summary>OpenSSL calls for which .NET 10 has no class. .NET itself uses the same library.</summary>
internal static partial class Libcrypto
{
    private const string Library = "rackboot-libcrypto";
    private const int Ed25519 = 1087; // NID_ED25519, openssl/obj_mac.h
    private static readonly string[] Names = ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so.4"];

    static Libcrypto() => NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, Resolve);

    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        using var key = PrivateKey(seed);
        var publicKey = new byte[32];
        nuint length = 32;
        Check(EVP_PKEY_get_raw_public_key(key, publicKey, ref length) == 1 && length == 32);
        return publicKey;
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = PrivateKey(seed);
        var context = EVP_MD_CTX_new();
        try
        {
            var signature = new byte[64];
            nuint length = 64;
            Check(EVP_DigestSignInit(context, 0, 0, 0, key) == 1);
            Check(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1 && length == 64);
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
        }
    }

    private static KeyHandle PrivateKey(ReadOnlySpan<byte> seed)
    {
        var key = EVP_PKEY_new_raw_private_key(Ed25519, 0, seed, (nuint)seed.Length);
        Check(!key.IsInvalid);
        return key;
    }

    private static void Check(bool worked)
    {
        if (!worked)
            throw new CryptographicException("OpenSSL's libcrypto refused an Ed25519 key");
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (var file in Names)
            if (NativeLibrary.TryLoad(file, out var handle))
                return handle;
        throw new DllNotFoundException($"cannot find {string.Join(", ", Names)}; install OpenSSL (Debian: libssl3)");
    }

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(KeyHandle key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(nint context, nint publicContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(
        nint context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    private sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }
    }
}
