#include "cicada/host/pki/signer.h"

#include "authority.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/pki/public_key.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::pki;
using cicada::tests::new_signer;
namespace oids = asn1::oids;
namespace ossl = crypto::openssl;

namespace {
const base::Bytes kMessage = {'s', 'i', 'g', 'n', ' ', 'm', 'e'};

asn1::SubjectPublicKeyInfo info_of(const Signer& signer) {
  return *asn1::parse_public_key_info(*signer.public_key_info(EcParameterForm::explicit_parameters));
}
}  // namespace

TEST_GROUP(Roca){};

TEST(Roca, IsSeenInAModulusOfItsForm) {
  // 65537^k is a power of 65537 modulo every prime: the form of the flawed moduli, made here from nothing else.
  base::Bytes number = {1};
  for (int i = 0; i < 120; ++i) {  // times 65537: (number << 16) + number
    base::Bytes next(number.size() + 2, 0);
    unsigned carry = 0;
    for (std::size_t k = 0; k < next.size(); ++k) {
      const auto from_end = [&](std::size_t place) -> unsigned {
        return place < number.size() ? number[number.size() - 1 - place] : 0U;
      };
      const unsigned sum = from_end(k) + (k >= 2 ? from_end(k - 2) : 0U) + carry;
      next[next.size() - 1 - k] = static_cast<std::uint8_t>(sum);
      carry = sum >> 8U;
    }
    number = next;
  }
  CHECK(has_roca_fingerprint(number));
  number.back() ^= 2;
  CHECK(!has_roca_fingerprint(number));
}

TEST(Roca, IsNotSeenInOrdinaryModuli) {
  CHECK(!has_roca_fingerprint((*ossl::RsaPrivateKey::generate(2048)).modulus()));
  base::ReplayRng rng{2017};
  for (int i = 0; i < 2000; ++i) {
    base::Bytes modulus(256);
    CHECK_OK(rng.fill(modulus));
    CHECK(!has_roca_fingerprint(modulus));
  }
}

TEST_GROUP(Signer){};

TEST(Signer, TakesTheHashThatFitsItsKey) {
  CHECK(new_signer(KeyAlgorithm::ecdsa_p256).hash() == HashAlgorithm::sha256);
  CHECK(new_signer(KeyAlgorithm::ecdsa_brainpool_p256r1).hash() == HashAlgorithm::sha256);
  CHECK(new_signer(KeyAlgorithm::ecdsa_p384).hash() == HashAlgorithm::sha384);
  CHECK(Signer{ossl::PrivateKey{*ossl::EcPrivateKey::generate(ossl::Curve::p521)}}.hash() == HashAlgorithm::sha512);
  const Signer rsa{ossl::PrivateKey{*ossl::RsaPrivateKey::generate(2048)}};
  CHECK(rsa.hash() == HashAlgorithm::sha256);
  CHECK(rsa.signature_algorithm().oid == oids::kSha256WithRsa);
  CHECK_BYTES(asn1::encode_null(), rsa.signature_algorithm().parameters);
  CHECK(rsa.digest_algorithm().parameters.empty());
  CHECK_OK(verify_signature(rsa.signature_algorithm(), info_of(rsa), kMessage, *rsa.sign(kMessage)));
}

TEST(Signer, KnowsItsCertificate) {
  const auto authority = cicada::tests::new_authority();
  CHECK(authority.ds_key.matches(authority.ds_certificate()));
  CHECK(!authority.csca_key.matches(authority.ds_certificate()));
  CHECK(!new_signer(KeyAlgorithm::ecdsa_p384).matches(authority.ds_certificate()));
}
