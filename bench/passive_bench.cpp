// Passive authentication beside the stock library's way: parse, CMS_verify with the path and the revocation list,
// hashes.
//
//   ours       passive_authentication(): signature, hashes, path, periods, revocation, country, with reasons
//   openssl    d2i_CMS_ContentInfo, CMS_verify (which builds and checks the path with X509_verify_cert), SHA-256 of the
//              groups; nothing about country, key usage periods or document types
//   `ahead` is ours over openssl, both measured in this run
//   trust      a master list of some thousand certificates, verified, taken apart and indexed: certificates a second
#include <benchmark/benchmark.h>
#include <openssl/cms.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>

#include "../tests/unit/host/auth/document.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/hash.h"

namespace {

using namespace cicada;
namespace pki = host::pki;
using base::Bytes;
using base::ByteView;

template <auto Function>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Function(object);
  }
};
using Cms = std::unique_ptr<CMS_ContentInfo, FreeWith<CMS_ContentInfo_free>>;
using Store = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using List = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using Output = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;

template <typename Read>
auto parsed(ByteView octets, Read read) {
  const auto* at = octets.data();
  return read(nullptr, &at, static_cast<long>(octets.size()));
}

/// A document that stock OpenSSL can verify: named curves.
struct Stage {
  explicit Stage(pki::KeyAlgorithm algorithm) : document(algorithm, pki::EcParameterForm::named_curve) {
    sod = document.sod();
    trust = document.authority.trust();
    cms = Bytes{sod.begin() + static_cast<std::ptrdiff_t>(asn1::read_header(sod)->header_size), sod.end()};
    const Certificate csca{parsed(document.authority.csca_certificate().der, d2i_X509)};
    const List list{parsed(document.authority.list().der, d2i_X509_CRL)};
    X509_STORE_add_cert(store.get(), csca.get());
    X509_STORE_add_crl(store.get(), list.get());
    auto* const parameters = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(tests::today()));
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);
  }

  tests::Document document;
  Bytes sod, cms;
  pki::TrustStore trust;
  Store store{X509_STORE_new()};
};

Stage& stage(pki::KeyAlgorithm algorithm) {
  static Stage p256{pki::KeyAlgorithm::ecdsa_p256};
  static Stage brainpool{pki::KeyAlgorithm::ecdsa_brainpool_p256r1};
  static Stage rsa{pki::KeyAlgorithm::rsa_2048};
  switch (algorithm) {
    case pki::KeyAlgorithm::ecdsa_brainpool_p256r1: return brainpool;
    case pki::KeyAlgorithm::rsa_2048: return rsa;
    default: return p256;
  }
}

void ours(const Stage& on) {
  for (const auto& check : host::auth::passive_authentication(on.document.input(on.sod, &on.trust))) {
    if (check.result != host::auth::CheckResult::passed) throw std::runtime_error(check.reason);
  }
}

void stock(const Stage& on) {
  const Cms message{parsed(on.cms, d2i_CMS_ContentInfo)};
  const Output content{BIO_new(BIO_s_mem())};
  if (!message || CMS_verify(message.get(), nullptr, on.store.get(), nullptr, content.get(), CMS_BINARY) != 1) {
    throw std::runtime_error("the stock library refuses the document");
  }
  for (const auto& [number, octets] : on.document.groups) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(octets.data(), octets.size(), digest.data());
    benchmark::DoNotOptimize(digest);
  }
}

double seconds_of(const std::function<void()>& work) {
  constexpr int kRounds = 50;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / kRounds;
}

/// Both in turn, so that what else the machine does meets both.
void passive(benchmark::State& state, pki::KeyAlgorithm algorithm) {
  const auto& on = stage(algorithm);
  double our_time = 0;
  double stock_time = 0;
  for ([[maybe_unused]] auto _ : state) {
    our_time += seconds_of([&] { ours(on); });
    stock_time += seconds_of([&] { stock(on); });
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["ours_per_s"] = rounds / our_time;
  state.counters["openssl_per_s"] = rounds / stock_time;
  state.counters["ahead"] = stock_time / our_time;
}

Bytes signed_list(const tests::Authority& authority, const std::vector<Bytes>& certificates) {
  const auto key = tests::new_signer();
  auto tbs = authority.ds;
  tbs.public_key = *key.public_key_info(pki::EcParameterForm::explicit_parameters);
  tests::drop(tbs.extensions, asn1::oids::kDocumentTypeListExtension);
  tests::put(tbs.extensions, asn1::make_extended_key_usage(std::array{asn1::oids::kMasterListSigningKey}));
  const auto certificate = tests::issue(tbs, authority.csca_key);
  const auto content = *asn1::encode_master_list(certificates);
  const auto attributes = *asn1::encode_signed_attributes(
      {.content_type = asn1::oids::kCscaMasterList,
       .message_digest = *crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, content),
       .signing_time = tests::days_from_today(-1)});
  return *asn1::encode_signed_data({.content_type = asn1::oids::kCscaMasterList,
                                    .content = content,
                                    .digest_algorithm = key.digest_algorithm(),
                                    .certificate = certificate.der,
                                    .issuer = certificate.issuer.der,
                                    .serial = certificate.serial,
                                    .signed_attributes = attributes,
                                    .signature_algorithm = key.signature_algorithm(),
                                    .signature = *key.sign(attributes)});
}

/// `certificates` of one State each, signed by the list signer of a test country.
Bytes master_list(std::size_t certificates) {
  const auto authority = tests::new_authority();
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < certificates; ++i) {
    auto tbs = authority.csca;
    tbs.serial = {0x01, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)};
    tbs.issuer = tbs.subject = tests::name("VN", "CSCA " + std::to_string(i));
    all.push_back(tests::issue(tbs, authority.csca_key).der);
  }
  all.push_back(authority.csca_certificate().der);
  return signed_list(authority, all);
}

void trust(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto list = master_list(count);
  for ([[maybe_unused]] auto _ : state) {
    pki::TrustStore store;
    if (!store.add_signed_list(list)) throw std::runtime_error(store.warnings().front().text());
    benchmark::DoNotOptimize(store.anchors().size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

BENCHMARK_CAPTURE(passive, ecdsa_p256, pki::KeyAlgorithm::ecdsa_p256)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(passive, ecdsa_brainpool_p256r1, pki::KeyAlgorithm::ecdsa_brainpool_p256r1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(passive, rsa_2048, pki::KeyAlgorithm::rsa_2048)->Unit(benchmark::kMillisecond);
BENCHMARK(trust)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond);

}  // namespace
