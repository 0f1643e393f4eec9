// Card-verifiable certificates, object by object.
#include "cicada/applet_sim/protocol/ta/certificate.h"

#include "verifiable.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
using cicada::crypto::openssl::Curve;
using terminal::tlv;
using verifiable::Draft;
using verifiable::Party;

namespace {

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes out;
  for (const auto& part : parts) append(out, part);
  return out;
}

}  // namespace

TEST_GROUP(Certificate) {
  const Party cvca{"VNCVCA00001", Curve::brainpool_p256r1};
  const Party verifier{"VNDV000001", Curve::brainpool_p256r1};

  [[nodiscard]] Draft root() const {
    return verifiable::draft(cvca, cvca, 0xC3, "260101", "281231");
  }
  [[nodiscard]] Draft below() const {
    return verifiable::draft(cvca, verifier, 0x83, "260102", "260401");
  }
  /// The signature is right: what is refused is the form.
  void refused(const Draft& draft) const {
    const auto read = ta::read_certificate(verifiable::seal(cvca, draft));
    CHECK_FAULT(Fault::malformed, read);
    LONGS_EQUAL(0x6A80, read.error().sw);
  }
  static Bytes key(const std::vector<Bytes>& objects) {
    return tlv(0x7F49, joined(objects));
  }
};

TEST(Certificate, of_a_cvca_says_who_what_and_how_long) {
  const auto sealed = verifiable::seal(cvca, root());
  const auto read = ta::read_certificate(sealed);
  CHECK_OK(read);
  CHECK_STRING("VNCVCA00001", as_text(read->authority));
  CHECK_STRING("VNCVCA00001", as_text(read->holder));
  CHECK(read->role() == ta::Role::cvca);
  LONGS_EQUAL(0xC3, read->authorization);
  CHECK((read->effective == ta::Date{2, 6, 0, 1, 0, 1}));
  CHECK((read->expiration == ta::Date{2, 8, 1, 2, 3, 1}));
  CHECK(read->scheme == ta::Scheme::ecdsa_sha256);
  CHECK(std::get<ta::EcPoint>(read->key).curve == cicada::crypto::mbedtls::Curve::brainpool_p256r1);
  CHECK_BYTES(root().body(), read->body);
  CHECK_BYTES(ByteView{sealed}.last(64), read->signature);
  CHECK_OK(ta::read_whole_certificate(verifiable::whole(sealed)));
  CHECK_FAULT(Fault::malformed, ta::read_whole_certificate(sealed));
  CHECK_FAULT(Fault::malformed, ta::read_certificate(verifiable::whole(sealed)));
}

TEST(Certificate, below_a_cvca_has_a_point_without_a_curve) {
  const auto read = ta::read_certificate(verifiable::seal(cvca, below()));
  CHECK_OK(read);
  CHECK(read->role() == ta::Role::domestic_verifier);
  CHECK(!std::get<ta::EcPoint>(read->key).curve);
  CHECK_FAULT(Fault::malformed, ta::key_of(*read, std::nullopt));
  const auto key = ta::key_of(*read, cicada::crypto::mbedtls::Curve::brainpool_p256r1);
  CHECK_OK(key);
  LONGS_EQUAL(256, ta::key_bits(*key));
}

TEST(Certificate, with_an_rsa_key_has_modulus_and_exponent) {
  const Party rsa{"VNCVCARSA01", 2048, 0x14};
  const auto read = ta::read_certificate(verifiable::certificate(rsa, rsa, 0xC3, "260101", "281231"));
  CHECK_OK(read);
  CHECK(read->scheme == ta::Scheme::rsa_pss_sha256);
  LONGS_EQUAL(256, std::get<ta::RsaKey>(read->key).modulus.size());
  CHECK_BYTES("010001"_hex, std::get<ta::RsaKey>(read->key).exponent);
  LONGS_EQUAL(2048, ta::key_bits(*ta::key_of(*read, std::nullopt)));
}

TEST(Certificate, names_every_curve_by_its_parameters) {
  using cicada::crypto::mbedtls::field_size;
  for (unsigned i = 0; i <= static_cast<unsigned>(Curve::p521); ++i) {
    const Party party{"VNCVCA00001", static_cast<Curve>(i)};
    const auto read = ta::read_certificate(verifiable::certificate(party, party, 0xC3, "260101", "281231"));
    CHECK_OK(read);
    const auto curve = static_cast<cicada::crypto::mbedtls::Curve>(i);
    CHECK(std::get<ta::EcPoint>(read->key).curve == curve);
    LONGS_EQUAL(i == 10 ? 521 : 8 * field_size(curve), ta::key_bits(*ta::key_of(*read, std::nullopt)));
  }
}

TEST(Certificate, without_one_of_its_objects_is_none) {
  for (const auto member : {&Draft::profile, &Draft::authority, &Draft::public_key, &Draft::holder,
                            &Draft::authorization, &Draft::effective, &Draft::expiration}) {
    auto draft = root();
    (draft.*member).clear();
    refused(draft);
    draft = root();
    append(draft.*member, Bytes{draft.*member});  // twice
    refused(draft);
  }
}

TEST(Certificate, has_its_objects_in_one_order) {
  auto draft = root();
  std::swap(draft.effective, draft.expiration);
  refused(draft);
  draft = root();
  std::swap(draft.authority, draft.public_key);
  refused(draft);
  const auto sealed = verifiable::seal(cvca, root());
  const auto signature = to_bytes(ByteView{sealed}.last(67));
  const auto body = to_bytes(ByteView{sealed}.first(sealed.size() - 67));
  CHECK_BYTES("5F3740"_hex, ByteView{signature}.first(3));
  for (const auto& data : {concat({signature, body}), body, signature, concat({body, signature, "00"_hex}),
                           concat({body, signature, signature}), Bytes{}}) {
    CHECK_FAULT(Fault::malformed, ta::read_certificate(data));
  }
}

TEST(Certificate, with_lengths_that_are_not_the_shortest_is_none) {
  auto draft = root();
  draft.profile = "5F29810100"_hex;
  refused(draft);
  draft = root();
  draft.effective = concat({"5F258106"_hex, verifiable::date_of("260101")});
  refused(draft);
}

TEST(Certificate, of_another_profile_or_another_kind_of_terminal_is_none) {
  auto draft = root();
  draft.profile = "5F290101"_hex;
  refused(draft);
  for (const auto& authorization : {"060904007F000703010202 5305FFFFFFFFFF"_hex,  // id-AT
                                    "060904007F000703010203 5301C3"_hex,          // id-ST
                                    "060904007F000703010201 5302C300"_hex, "060904007F000703010201"_hex, "5301C3"_hex,
                                    "060904007F000703010201 5301C3 00"_hex, "060904007F000703010201 5300"_hex}) {
    draft = root();
    draft.authorization = tlv(0x7F4C, authorization);
    refused(draft);
  }
}

TEST(Certificate, has_days_that_the_calendar_has) {
  for (const auto* day : {"261301", "260001", "260100", "260132", "260230", "250229", "260431"}) {
    auto draft = root();
    draft.effective = tlv(0x5F25, verifiable::date_of(day));
    refused(draft);
    draft = root();
    draft.expiration = tlv(0x5F24, verifiable::date_of(day));
    refused(draft);
  }
  auto draft = root();
  draft.effective = tlv(0x5F25, verifiable::date_of("240229"));
  CHECK_OK(ta::read_certificate(verifiable::seal(cvca, draft)));
  for (const auto& digits : {"02060001000A"_hex, "0206000100"_hex, "02060001000101"_hex, "260101"_hex}) {
    draft.effective = tlv(0x5F25, digits);
    refused(draft);
  }
}

TEST(Certificate, has_names_of_eight_to_sixteen_octets) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{17}}) {
    auto draft = root();
    draft.holder = tlv(0x5F20, Bytes(size, 'A'));
    refused(draft);
    draft = root();
    draft.authority = tlv(0x42, Bytes(size, 'A'));
    refused(draft);
  }
  for (const std::size_t size : {std::size_t{8}, std::size_t{16}}) {
    auto draft = root();
    draft.holder = tlv(0x5F20, Bytes(size, 'A'));
    CHECK_OK(ta::read_certificate(verifiable::seal(cvca, draft)));
  }
}

TEST(Certificate, with_a_public_key_in_pieces_is_none) {
  const auto objects = cvca.key_objects(true);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto pieces = objects;
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
    auto draft = root();
    draft.public_key = key(pieces);
    refused(draft);
    pieces = objects;
    pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i), "770100"_hex);  // an object that is not known
    draft.public_key = key(pieces);
    refused(draft);
  }
  for (const auto& oid :
       {"060A04007F00070202020206"_hex, "060A04007F00070202020107"_hex, "060A04007F00070202020100"_hex,
        "060A04007F00070202020302"_hex, "060904007F000702020202"_hex, "060A04007F00070202010202"_hex}) {
    auto pieces = objects;
    pieces[0] = oid;
    auto draft = root();
    draft.public_key = key(pieces);
    refused(draft);
  }
}

TEST(Certificate, with_parameters_of_no_known_curve_is_none) {
  const auto objects = cvca.key_objects(true);
  for (const std::size_t which : {1U, 2U, 3U, 4U, 5U, 7U}) {
    auto pieces = objects;
    pieces[which].back() ^= 1U;
    auto draft = root();
    draft.public_key = key(pieces);
    refused(draft);
  }
}

TEST(Certificate, has_integers_without_leading_zeros) {
  const Party rsa{"VNCVCARSA01", 2048, 0x12};
  const auto objects = rsa.key_objects(true);
  for (const std::size_t which : {1U, 2U}) {
    auto pieces = objects;
    const auto& object = objects[which];
    const std::size_t head = which == 1 ? 4 : 2;
    pieces[which] = tlv(object[0], concat({"00"_hex, ByteView{object}.subspan(head)}));
    auto draft = verifiable::draft(rsa, rsa, 0xC3, "260101", "281231");
    draft.public_key = key(pieces);
    CHECK_FAULT(Fault::malformed, ta::read_certificate(verifiable::seal(rsa, draft)));
    pieces[which] = tlv(object[0], {});
    draft.public_key = key(pieces);
    CHECK_FAULT(Fault::malformed, ta::read_certificate(verifiable::seal(rsa, draft)));
  }
}

TEST(Certificate, may_have_extensions_that_nobody_knows) {
  auto draft = below();
  draft.extensions = tlv(0x65, "730B 060455040301 8003AABBCC 7306 060455040302"_hex);
  CHECK_OK(ta::read_certificate(verifiable::seal(cvca, draft)));
  for (const auto& extensions :
       {""_hex, "060455040301"_hex, "7300"_hex, "73038001AA"_hex, "7306060455040301AA"_hex, "7309060455040301"_hex}) {
    draft.extensions = tlv(0x65, extensions);
    refused(draft);
  }
  draft.extensions = concat({tlv(0x65, "7306060455040302"_hex), tlv(0x65, "7306060455040302"_hex)});
  refused(draft);
}

TEST(Certificate, cut_anywhere_is_none) {
  const auto sealed = verifiable::seal(cvca, root());
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK_FAULT(Fault::malformed, ta::read_certificate(ByteView{sealed}.first(size)));
  }
}

TEST_GROUP(CertificateSignature){};

TEST(CertificateSignature, verifies_in_every_scheme_and_no_other) {
  const Bytes message = "0102030405"_hex;
  const Party rsa{"VNCVCARSA01", 2048, 0x12};
  const Party ec{"VNCVCAEC001", Curve::p521, 0x23};
  for (const unsigned scheme : {0x11U, 0x12U, 0x13U, 0x14U, 0x15U, 0x16U, 0x21U, 0x22U, 0x23U, 0x24U, 0x25U}) {
    const auto party = (scheme < 0x20 ? rsa : ec).with_scheme(scheme);
    const auto read = ta::read_certificate(verifiable::certificate(party, party, 0xC3, "260101", "281231"));
    CHECK_OK(read);
    auto key = *ta::key_of(*read, std::nullopt);
    LONGS_EQUAL(scheme, static_cast<unsigned>(key.scheme));
    CHECK_OK(ta::verify(key, read->body, read->signature));
    const auto signature = party.sign(message);
    CHECK_OK(ta::verify(key, message, signature));
    const auto fails = [&](ByteView of, ByteView with) {
      const auto verified = ta::verify(key, of, with);
      CHECK_FAULT(Fault::security, verified);
      LONGS_EQUAL(0x6300, verified.error().sw);
    };
    fails("0102030406"_hex, signature);
    fails(message, {});
    fails(message, ByteView{signature}.first(signature.size() - 1));
    fails(message, concat({signature, "00"_hex}));
    for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
      auto flipped = signature;
      flipped[at] ^= 1U;
      fails(message, flipped);
    }
    fails(message, Bytes(signature.size()));
    fails(message, Bytes(signature.size(), 0xFF));
    for (const unsigned other : {0x11U, 0x12U, 0x13U, 0x14U, 0x15U, 0x16U, 0x21U, 0x22U, 0x23U, 0x24U, 0x25U}) {
      if (other == scheme || (other < 0x20) != (scheme < 0x20)) continue;
      key.scheme = static_cast<ta::Scheme>(other);
      fails(message, signature);
    }
  }
}
