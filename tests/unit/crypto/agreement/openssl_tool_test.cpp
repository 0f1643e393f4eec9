// Both rooms against the `openssl` command: its parameters, its keys, its secrets, its signatures.
#include <map>
#include <sstream>
#include <string>

#include "cicada/base/hex.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/ec_group.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/modp_group.h"
#include "cicada/crypto/mbedtls/rsa.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "groups.h"
#include "workshop.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace mbedtls = cicada::crypto::mbedtls;
namespace openssl = cicada::crypto::openssl;

namespace {

Bytes without_leading_zeros(Bytes integer) {
  while (!integer.empty() && integer[0] == 0) integer.erase(integer.begin());
  return integer;
}

/// The numbers that the command prints under headings ("Prime:", then indented lines of octets with colons).
std::map<std::string, Bytes> printed_numbers(const Bytes& output) {
  std::map<std::string, std::string> found;
  std::istringstream lines{std::string{as_text(output)}};
  std::string heading;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    ") && !heading.empty()) {
      std::erase_if(line, [](char c) { return c == ':' || c == ' '; });
      found[heading] += line;
    } else {
      heading = line.substr(0, line.find(':'));
      if (heading.starts_with(' ')) heading.clear();
    }
  }
  std::map<std::string, Bytes> numbers;
  for (const auto& [name, text] : found) {
    if (const auto octets = from_hex(text)) numbers[name] = without_leading_zeros(*octets);
  }
  return numbers;
}

/// The integers of a structure, as `openssl asn1parse` prints them.
std::vector<Bytes> parsed_integers(const Bytes& output) {
  std::vector<Bytes> integers;
  std::istringstream lines{std::string{as_text(output)}};
  for (std::string line; std::getline(lines, line);) {
    if (line.find("INTEGER") != std::string::npos) {
      integers.push_back(without_leading_zeros(from_hex(line.substr(line.rfind(':') + 1)).value()));
    }
  }
  return integers;
}

Bytes der_integer(ByteView number) {
  auto octets = without_leading_zeros(to_bytes(number));
  if (octets.empty() || (octets[0] & 0x80U) != 0) octets.insert(octets.begin(), 0);
  return concat({Bytes{0x02, static_cast<std::uint8_t>(octets.size())}, octets});
}

/// r || s as the command wants it.
Bytes der_signature(ByteView plain) {
  const auto r = der_integer(plain.first(plain.size() / 2));
  const auto s = der_integer(plain.last(plain.size() / 2));
  const auto size = static_cast<std::uint8_t>(r.size() + s.size());
  return concat({size < 128 ? Bytes{0x30, size} : Bytes{0x30, 0x81, size}, r, s});
}

/// `file` with its last octets exchanged for `tail`: another public key in the command's own structure.
Bytes with_tail(Bytes file, ByteView tail) {
  std::ranges::copy(tail, file.end() - static_cast<std::ptrdiff_t>(tail.size()));
  return file;
}

}  // namespace

TEST_GROUP(OpensslToolGroups) {
  const Workshop workshop;
  ReplayRng rng{3};
  const std::vector<groups::KnownCurve> curves = groups::curves();
  const std::vector<groups::KnownModp> modp_groups = groups::modp_groups();
  const Bytes digest = mbedtls::hash(mbedtls::HashAlgorithm::sha256, as_bytes(Workshop::kDocument)).value();

  /// A new key of the command: theirs.pem, and its public half theirs.der.
  void make_theirs(const std::string& arguments) {
    CHECK(workshop.openssl("genpkey " + arguments + " -out theirs.pem"));
    CHECK(workshop.openssl("pkey -in theirs.pem -pubout -outform DER -out theirs.der"));
  }
  void make_theirs(const groups::KnownCurve& known) {
    make_theirs("-algorithm EC -pkeyopt ec_paramgen_curve:" + known.tool_name);
  }

  /// What the command agrees on between its key and the public key in ours.der.
  Bytes derive(const std::string& options = "") {
    CHECK(workshop.openssl("pkeyutl -derive -inkey theirs.pem -peerkey ours.der -peerform DER -out secret" + options));
    return workshop.get("secret");
  }
};

TEST(OpensslToolGroups, prints_the_curves_that_the_vectors_hold) {
  for (const auto& known : curves) {
    CHECK(workshop.openssl("ecparam -name " + known.tool_name + " -param_enc explicit -text -noout"));
    auto printed = printed_numbers(workshop.get("output"));
    CHECK_BYTES(without_leading_zeros(known.p), printed["Prime"]);
    CHECK_BYTES(without_leading_zeros(known.a), printed["A"]);
    CHECK_BYTES(without_leading_zeros(known.b), printed["B"]);
    CHECK_BYTES(known.generator, printed["Generator (uncompressed)"]);
    CHECK_BYTES(without_leading_zeros(known.order), printed["Order"]);
  }
}

TEST(OpensslToolGroups, prints_the_prime_fields_that_the_vectors_hold) {
  for (const auto& known : modp_groups) {
    CHECK(workshop.openssl("genpkey -genparam -algorithm DHX -pkeyopt " + known.tool_name + " -out group.pem"));
    CHECK(workshop.openssl("asn1parse -in group.pem"));
    const auto printed = parsed_integers(workshop.get("output"));
    LONGS_EQUAL(3, printed.size());
    CHECK_BYTES(known.p, printed[0]);
    CHECK_BYTES(without_leading_zeros(known.g), printed[1]);
    CHECK_BYTES(known.q, printed[2]);
    for (const auto* number : {&known.p, &known.q}) {
      CHECK(workshop.openssl("prime -hex " + to_hex(*number)));
      CHECK(as_text(workshop.get("output")).find("is prime") != std::string_view::npos);
    }
  }
}

TEST(OpensslToolGroups, agrees_with_both_rooms_on_the_secret_of_every_curve) {
  for (const auto& known : curves) {
    make_theirs(known);
    const auto file = workshop.get("theirs.der");
    const auto theirs = ByteView{file}.last(known.generator.size());
    const auto host = openssl::EcGroup::create(known.curve).value();
    const auto card = mbedtls::EcGroup::create(static_cast<mbedtls::Curve>(known.curve)).value();
    const auto scalar = card.random_scalar(rng).value();
    workshop.put("ours.der", with_tail(file, card.multiply_generator(scalar.expose()).value()));
    const auto secret = derive();
    CHECK_BYTES(secret, card.agree(scalar.expose(), theirs).value().expose());
    CHECK_BYTES(secret, host.agree(scalar.expose(), theirs).value().expose());
  }
}

TEST(OpensslToolGroups, agrees_with_both_rooms_on_the_secret_of_every_prime_field) {
  for (const auto& known : modp_groups) {
    const auto host = openssl::ModpGroup::create(known.group).value();
    const auto card = mbedtls::ModpGroup::create(static_cast<mbedtls::Modp>(known.group)).value();
    make_theirs("-algorithm DHX -pkeyopt " + known.tool_name);
    CHECK(workshop.openssl("pkey -in theirs.pem -text -noout"));
    auto theirs = printed_numbers(workshop.get("output"))["public-key"];
    CHECK_OK(host.check(theirs));
    CHECK_OK(card.check(theirs));
    // Our public key goes into the place of theirs when it has the same length as an INTEGER.
    Bytes ours;
    auto exponent = card.random_exponent(rng).value();
    const auto integer_size = [](const Bytes& number) { return number.size() + ((number[0] & 0x80U) != 0 ? 1 : 0); };
    while (ours.empty() || integer_size(ours) != integer_size(theirs)) {
      exponent = card.random_exponent(rng).value();
      ours = without_leading_zeros(card.power_of_generator(exponent.expose()).value());
    }
    workshop.put("ours.der", with_tail(workshop.get("theirs.der"), ours));
    const auto secret = derive(" -pkeyopt pad:1");
    CHECK_BYTES(secret, card.agree(exponent.expose(), theirs).value().expose());
    CHECK_BYTES(secret, host.agree(exponent.expose(), theirs).value().expose());
  }
}

TEST(OpensslToolGroups, verifies_the_cards_ecdsa_signatures_and_the_card_its) {
  for (const auto& known : curves) {
    const auto curve = static_cast<mbedtls::Curve>(known.curve);
    make_theirs(known);
    const auto file = workshop.get("theirs.der");
    const auto key = mbedtls::EcPrivateKey::generate(curve, rng).value();
    workshop.put("ours.der", with_tail(file, key.public_point()));
    workshop.put("signature", der_signature(key.sign_plain(digest, rng).value()));
    CHECK(workshop.openssl("dgst -sha256 -keyform DER -verify ours.der -signature signature document"));
    CHECK(!workshop.openssl("dgst -sha256 -keyform DER -verify theirs.der -signature signature document"));

    CHECK(workshop.openssl("dgst -sha256 -sign theirs.pem -out signature document"));
    CHECK(workshop.openssl("asn1parse -inform DER -in signature"));
    const auto numbers = parsed_integers(workshop.get("output"));
    LONGS_EQUAL(2, numbers.size());
    Bytes plain;
    for (const auto& number : numbers) append(plain, concat({Bytes(known.order.size() - number.size()), number}));
    const auto half = mbedtls::EcPublicKey::create(curve, ByteView{file}.last(known.generator.size())).value();
    CHECK_OK(half.verify_plain(digest, plain));
    CHECK_FAULT(Fault::security, half.verify_plain(Bytes(32, 1), plain));
  }
}

TEST(OpensslToolGroups, verifies_the_cards_rsa_signatures_and_the_card_its) {
  make_theirs("-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  auto file = workshop.get("theirs.der");
  constexpr std::size_t kModulusAt = 33;  // of 294 octets: the modulus, then the exponent 65537
  LONGS_EQUAL(294, file.size());
  const auto theirs = mbedtls::RsaPublicKey::create(ByteView{file}.subspan(kModulusAt, 256), "010001"_hex).value();
  CHECK(workshop.openssl("dgst -sha256 -sign theirs.pem -out signature document"));
  CHECK_OK(theirs.verify_pkcs1(mbedtls::HashAlgorithm::sha256, digest, workshop.get("signature")));
  CHECK(
      workshop.openssl("dgst -sha256 -sign theirs.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 "
                       "-sigopt rsa_mgf1_md:sha1 -out signature document"));
  CHECK_OK(theirs.verify_pss({.mgf_hash = mbedtls::HashAlgorithm::sha1, .salt_length = 20}, digest,
                             workshop.get("signature")));
  CHECK_FAULT(Fault::security, theirs.verify_pss({.salt_length = 20}, digest, workshop.get("signature")));

  const auto key = mbedtls::RsaPrivateKey::generate(2048, rng).value();
  const auto modulus = key.modulus();
  std::ranges::copy(modulus, file.begin() + kModulusAt);
  workshop.put("ours.der", file);
  const auto encoded =
      concat({"0001"_hex, Bytes(202, 0xFF), "00"_hex, "3031300D060960864801650304020105000420"_hex, digest});
  workshop.put("signature", key.apply(encoded, rng).value());
  CHECK(workshop.openssl("dgst -sha256 -keyform DER -verify ours.der -signature signature document"));
  CHECK(!workshop.openssl("dgst -sha256 -keyform DER -verify theirs.der -signature signature document"));
  for (const auto& prime : {key.prime_p().value().clone(), key.prime_q().value().clone()}) {
    CHECK(workshop.openssl("prime -hex " + to_hex(prime.expose())));
    CHECK(as_text(workshop.get("output")).find("is prime") != std::string_view::npos);
  }
}
