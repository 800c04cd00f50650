"""Requests made by pyca/cryptography: one PEM file for each, named for what is odd about it."""

import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.x509.name import _ASN1Type as Kind
from cryptography.x509.oid import AttributeOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

P256 = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
CLIENT = [x509.NameAttribute(NameOID.COMMON_NAME, "client")]


def write(name, subject=CLIENT, extensions=(), attributes=(), key=P256, digest=hashes.SHA256(), **signing):
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    for oid, value in attributes:
        builder = builder.add_attribute(oid, value)
    request = builder.sign(key, digest, **signing)
    with open(name + ".pem", "wb") as file:
        file.write(request.public_bytes(serialization.Encoding.PEM))


def alt(*names):
    return [(x509.SubjectAlternativeName(names), False)]


write("p256")
write("p384-sha256", key=ec.generate_private_key(ec.SECP384R1()))
write("p521", key=ec.generate_private_key(ec.SECP521R1()), digest=hashes.SHA512())
write("p224", key=ec.generate_private_key(ec.SECP224R1()))
write("p256-sha3", digest=hashes.SHA3_256())
write("ed25519", key=ed25519.Ed25519PrivateKey.generate(), digest=None)
write("ed448", key=ed448.Ed448PrivateKey.generate(), digest=None)
write("dsa", key=dsa.generate_private_key(2048))
write("rsa", key=RSA)
write("rsa-e3", key=rsa.generate_private_key(3, 2048))
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
write("rsa-pss", key=RSA, rsa_padding=PSS)
SALT = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
write("rsa-pss-salt-20", key=RSA, rsa_padding=SALT)

write("odd-attribute", [x509.NameAttribute(ObjectIdentifier("2.999.1"), "odd")] + CLIENT)
write("bmp", [x509.NameAttribute(NameOID.COMMON_NAME, "Zoë", Kind.BMPString)])
write("t61", [x509.NameAttribute(NameOID.COMMON_NAME, "Zoe", Kind.T61String)])
write("universal", [x509.NameAttribute(NameOID.COMMON_NAME, "Zoë", Kind.UniversalString)])
write("dc", [x509.NameAttribute(NameOID.DOMAIN_COMPONENT, d) for d in ("com", "example")] + CLIENT)
write("long-name", [x509.NameAttribute(ObjectIdentifier("2.5.4.13"), "x" * 3000)] + CLIENT)
write("empty")

write("other-name", extensions=alt(x509.OtherName(ObjectIdentifier("2.999.1"), b"\x0c\x01x")))
write("directory-name", extensions=alt(x509.DirectoryName(x509.Name(CLIENT))))
write("six-names", extensions=alt(x509.DNSName("xn--mnchen-3ya.test"), x509.IPAddress(ipaddress.ip_address("::1"))))
write("too-many-names", extensions=alt(*(x509.DNSName(f"host-number-{i}.example.test") for i in range(1200))))
write("many-names", extensions=alt(*(x509.DNSName(f"host-number-{i}.example.test") for i in range(900))))
CA = (x509.BasicConstraints(ca=True, path_length=None), True)
UNKNOWN = (x509.UnrecognizedExtension(ObjectIdentifier("2.999.9999999999.7"), b"\x05\x00"), True)
TEMPLATE = (x509.MSCertificateTemplate(ObjectIdentifier("1.3.6.1.4.1.311.21.8.1"), 1, 0), False)
write("authority", extensions=[CA])
write("unknown", extensions=[UNKNOWN, TEMPLATE])
write("not-der", extensions=[(x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.15"), b"\xff\xff\xff"), False)])
write("client-auth", extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)])
write("password", attributes=[(AttributeOID.CHALLENGE_PASSWORD, b"secret-word")])
write("odd-attributes", attributes=[(ObjectIdentifier("2.999.5"), b"x"), (AttributeOID.UNSTRUCTURED_NAME, b"y")])
