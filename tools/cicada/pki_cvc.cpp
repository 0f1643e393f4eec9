// cicada pki cvc print, request, sign: certificates for terminals.
#include "pki_cvc.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "cicada/base/clock.h"
#include "cicada/base/file.h"
#include "cicada/base/secret_file.h"
#include "cicada/host/pki/cv_issue.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/test_country.h"
#include "show.h"

namespace cicada::tools {
namespace {

namespace fs = std::filesystem;
namespace pki = host::pki;
namespace ossl = crypto::openssl;

constexpr std::size_t kMaxKeyFile = 64UL * 1024;
constexpr mode_t kKeyMode = 0600;

/// An error, and the file or option that it is about.
struct Trouble {
  std::string subject;
  base::Error error;
};
template <typename T>
using Done = std::expected<T, Trouble>;

template <typename T>
Done<T> about(const fs::path& subject, base::Result<T> result) {
  if (!result) return std::unexpected(Trouble{subject.string(), result.error()});
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

Done<asn1::CvCertificate> read_certificate(const fs::path& file) {
  const auto octets = base::read_file(file, asn1::kMaxCvCertificateSize);
  if (!octets) return std::unexpected(Trouble{file.string(), octets.error()});
  return about(file, asn1::parse_cv_certificate(*octets));
}

Done<ossl::PrivateKey> read_key(const fs::path& file) {
  const auto secret = base::read_secret_file(file, kMaxKeyFile);
  if (!secret) return std::unexpected(Trouble{file.string(), secret.error()});
  return about(file, ossl::PrivateKey::from_pem(secret->expose()));
}

/// Keys and certificates are never overwritten.
Done<void> write_new(const fs::path& file, base::ByteView content, mode_t mode) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(file, error))) {
    return std::unexpected(Trouble{
        file.string(),
        {.fault = base::Fault::conflict, .what = "there is such a file already", .hint = "choose another name"}});
  }
  return about(file, base::write_file(file, content, mode));
}

// print

/// The certificates that were given together: each may have its authority among them.
class Family {
 public:
  void add(const fs::path& file, const asn1::CvCertificate& certificate) {
    members_.insert_or_assign(certificate.holder_reference, Member{file, certificate});
  }

  /// Who signed the certificate, as far as the others tell.
  [[nodiscard]] std::string verdict_on(const asn1::CvCertificate& certificate) const {
    const auto authority = members_.find(certificate.authority_reference);
    if (authority == members_.end()) return "not checked: the authority's certificate is not among the files";
    const auto key = key_of(authority->second.certificate, 0);
    if (!key) return "not checked: " + key.error().describe();
    if (const auto verified = key->verify(certificate.body, certificate.signature); !verified) {
      return "WRONG: " + verified.error().describe();
    }
    return fmt::format("verified with {} ({})", authority->second.file.string(), key->describe());
  }

 private:
  struct Member {
    fs::path file;
    asn1::CvCertificate certificate;
  };

  [[nodiscard]] base::Result<pki::CvKey> key_of(const asn1::CvCertificate& certificate, std::size_t depth) const {
    const auto* ec = certificate.public_key.ec();
    const auto authority = members_.find(certificate.authority_reference);
    const bool inherits = ec != nullptr && !ec->domain;
    if (!inherits || authority == members_.end() || depth == pki::kMaxCvChain) {
      return pki::CvKey::create(certificate.public_key);
    }
    CICADA_TRY(const auto upper, key_of(authority->second.certificate, depth + 1));
    return pki::CvKey::create(certificate.public_key, upper.curve());
  }

  std::map<std::string, Member> members_;
};

Exit print_one(const fs::path& file, base::ByteView octets, const Family& family) {
  struct Kind {
    std::string_view name;
    base::Result<void> (*show)(base::ByteView, Page&);
  };
  static constexpr std::array kKinds = {Kind{"CV certificate", show_cv_certificate},
                                        Kind{"CV certificate request", show_cv_request},
                                        Kind{"authenticated CV certificate request", show_authenticated_cv_request}};
  base::Error nearest{};
  for (const auto& kind : kKinds) {
    Page page;
    page.line(fmt::format("{}: {}", file.string(), kind.name));
    const Page::Level level{page};
    const auto shown = kind.show(octets, page);
    if (!shown) {
      if (nearest.what.empty()) nearest = shown.error();
      continue;
    }
    if (const auto certificate = asn1::parse_cv_certificate(octets)) {
      page.field("signature check", family.verdict_on(*certificate));
    }
    std::cout << page.text();
    return Exit::done;
  }
  return complain(file.string(), nearest);
}

Exit print(const std::vector<fs::path>& files) {
  std::vector<base::Bytes> contents;
  Family family;
  for (const auto& file : files) {
    auto octets = base::read_file(file, asn1::kMaxCvCertificateSize);
    if (!octets) return complain(file.string(), octets.error());
    if (const auto certificate = asn1::parse_cv_certificate(*octets)) family.add(file, *certificate);
    contents.push_back(*std::move(octets));
  }
  auto worst = Exit::done;
  for (std::size_t i = 0; i < files.size(); ++i) worst = std::max(worst, print_one(files[i], contents[i], family));
  return worst;
}

// request

struct RequestOptions {
  std::string holder, authority, outer_authority;
  fs::path key, new_key, outer_key, out;
  std::string algorithm = "ecdsa-p256";
};

Done<ossl::PrivateKey> key_for(const RequestOptions& options) {
  if (options.new_key.empty()) return read_key(options.key);
  auto key = about("--algorithm", pki::generate_key(*pki::key_algorithm_by_name(options.algorithm)));
  if (!key) return key;
  const auto pem = about(options.new_key, key->to_pem());
  if (!pem) return std::unexpected(pem.error());
  if (const auto written = write_new(options.new_key, pem->expose(), kKeyMode); !written) {
    return std::unexpected(written.error());
  }
  return key;
}

Done<base::Bytes> make_request(const RequestOptions& options) {
  auto key = key_for(options);
  if (!key) return std::unexpected(key.error());
  const auto signer = about(options.key, pki::CvSigner::create(*std::move(key)));
  if (!signer) return std::unexpected(signer.error());
  const auto authority = options.authority.empty() ? std::nullopt : std::optional{options.authority};
  const auto request = about("--holder", pki::make_cv_request(options.holder, authority, *signer));
  if (!request) return std::unexpected(request.error());
  if (options.outer_key.empty()) return request->der;
  auto outer = read_key(options.outer_key);
  if (!outer) return std::unexpected(outer.error());
  const auto outer_signer = about(options.outer_key, pki::CvSigner::create(*std::move(outer)));
  if (!outer_signer) return std::unexpected(outer_signer.error());
  const auto both =
      about("--outer-authority", pki::authenticate_cv_request(*request, options.outer_authority, *outer_signer));
  if (!both) return std::unexpected(both.error());
  return both->der;
}

Exit request(const RequestOptions& options) {
  if (options.key.empty() == options.new_key.empty()) {
    return complain("--key", "give either --key FILE or --new-key FILE", Exit::bad_input);
  }
  const auto made = make_request(options);
  if (!made) return complain(made.error().subject, made.error().error);
  if (const auto written = write_new(options.out, *made, 0644); !written)
    return complain(written.error().subject, written.error().error);
  std::cout << fmt::format("request of {} for {}\n", options.holder, options.out.string());
  return Exit::done;
}

// sign

struct SignOptions {
  fs::path request, authority, key, vouched_by, out;
  std::string role, from, until;
  std::vector<std::string> rights;
};

constexpr std::array<std::pair<std::string_view, asn1::CvRole>, 4> kRoles = {{
    {"cvca", asn1::CvRole::cvca},
    {"dv-domestic", asn1::CvRole::dv_domestic},
    {"dv-foreign", asn1::CvRole::dv_foreign},
    {"terminal", asn1::CvRole::terminal},
}};

bool has(const std::vector<std::string>& rights, std::string_view right) {
  return std::ranges::find(rights, right) != rights.end();
}

Done<pki::CvTerms> terms_of(const SignOptions& options, const std::string& holder) {
  const auto from = options.from.empty() ? base::Result<base::Date>{base::date_of(base::SystemClock{}.now())}
                                         : base::parse_iso_date(options.from);
  if (!from) return std::unexpected(Trouble{"--from", from.error()});
  const auto until = base::parse_iso_date(options.until);
  if (!until) return std::unexpected(Trouble{"--until", until.error()});
  const auto* role = std::ranges::find(kRoles, options.role, &std::pair<std::string_view, asn1::CvRole>::first);
  return pki::CvTerms{
      .holder_reference = holder,
      .authorization = asn1::inspection_system(role->second, has(options.rights, "dg3"), has(options.rights, "dg4")),
      .effective = *from,
      .expiration = *until};
}

/// The request in the file, proven: with its own key, and by whoever vouches for it.
Done<asn1::CvRequest> read_request(const SignOptions& options, std::optional<ossl::Curve> curve) {
  const auto octets = base::read_file(options.request, asn1::kMaxCvCertificateSize);
  if (!octets) return std::unexpected(Trouble{options.request.string(), octets.error()});
  auto request = asn1::parse_cv_request(*octets);
  if (!request) {
    const auto outer = asn1::parse_authenticated_cv_request(*octets);
    if (!outer) return std::unexpected(Trouble{options.request.string(), request.error()});
    if (options.vouched_by.empty()) {
      return std::unexpected(Trouble{options.request.string(),
                                     {.fault = base::Fault::bad_input,
                                      .what = "another key vouches for this request, and its certificate is not given",
                                      .hint = "--vouched-by CVCERT"}});
    }
    const auto voucher = read_certificate(options.vouched_by);
    if (!voucher) return std::unexpected(voucher.error());
    const auto key = about(options.vouched_by, pki::CvKey::create(voucher->public_key, curve));
    if (!key) return std::unexpected(key.error());
    if (const auto good = about(options.request, key->verify(outer->signed_octets, outer->signature)); !good) {
      return std::unexpected(good.error());
    }
    request = outer->request;
  }
  if (const auto proven = about(options.request, pki::verify_cv_request(*request)); !proven) {
    return std::unexpected(proven.error());
  }
  return *std::move(request);
}

Done<asn1::CvCertificate> certify_self(const SignOptions& options) {
  const auto request = read_request(options, std::nullopt);
  if (!request) return std::unexpected(request.error());
  auto key = read_key(options.key);
  if (!key) return std::unexpected(key.error());
  const auto signer = about(options.key, pki::CvSigner::create(*std::move(key), request->public_key.algorithm));
  if (!signer) return std::unexpected(signer.error());
  if (!signer->matches(request->public_key)) {
    return std::unexpected(Trouble{options.key.string(),
                                   {.fault = base::Fault::conflict,
                                    .what = "without --authority the certificate signs itself, and this is another key",
                                    .hint = "give the request's own key, or --authority CVCERT"}});
  }
  const auto terms = terms_of(options, request->holder_reference);
  if (!terms) return std::unexpected(terms.error());
  return about("--role", pki::issue_self_signed(*terms, *signer));
}

Done<asn1::CvCertificate> certify(const SignOptions& options) {
  if (options.authority.empty()) return certify_self(options);
  const auto authority = read_certificate(options.authority);
  if (!authority) return std::unexpected(authority.error());
  const auto signer = about(options.key, pki::load_cv_signer(options.key, *authority));
  if (!signer) return std::unexpected(signer.error());
  const auto request = read_request(options, signer->curve());
  if (!request) return std::unexpected(request.error());
  const auto terms = terms_of(options, request->holder_reference);
  if (!terms) return std::unexpected(terms.error());
  return about(options.request, pki::issue_cv_certificate(*terms, request->public_key, *authority, *signer));
}

Exit sign(const SignOptions& options) {
  const auto certificate = certify(options);
  if (!certificate) return complain(certificate.error().subject, certificate.error().error);
  if (const auto written = write_new(options.out, certificate->der, 0644); !written)
    return complain(written.error().subject, written.error().error);
  std::cout << fmt::format("certificate of {}, valid until {}: {}\n", certificate->holder_reference,
                           base::to_iso_date(certificate->expiration), options.out.string());
  return Exit::done;
}

void add_print(CLI::App& cvc, Outcome& outcome) {
  auto* command = cvc.add_subcommand("print", "Print CV certificates and requests, and who signed them.");
  auto files = std::make_shared<std::vector<fs::path>>();
  command->add_option("FILE", *files, "CV certificates or requests; each is checked against its authority among them")
      ->required();
  command->callback([files, &outcome] { outcome.exit = print(*files); });
}

void add_request(CLI::App& cvc, Outcome& outcome) {
  auto* command = cvc.add_subcommand("request", "Make a request for a CV certificate, with an old or a new key.");
  auto options = std::make_shared<RequestOptions>();
  std::vector<std::string> names;
  for (const auto name : pki::key_algorithm_names()) names.emplace_back(name);
  command->add_option("--holder", options->holder, "Reference of the holder: VNISTEST00002")
      ->required()
      ->check(not_empty());
  command->add_option("--authority", options->authority, "Reference of the key that shall sign")->check(not_empty());
  command->add_option("--key", options->key, "Private key, PEM PKCS#8");
  command->add_option("--new-key", options->new_key, "Make a key and write it here (0600); nothing is overwritten");
  command->add_option("--algorithm", options->algorithm, "Kind of the new key")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  auto* outer = command->add_option("--outer-key", options->outer_key,
                                    "A key that is known already and vouches for the request (authenticated request)");
  auto* reference =
      command->add_option("--outer-authority", options->outer_authority, "Reference of that key")->check(not_empty());
  outer->needs(reference);
  reference->needs(outer);
  command->add_option("--out", options->out, "File for the request")->required();
  command->callback([options, &outcome] { outcome.exit = request(*options); });
}

void add_sign(CLI::App& cvc, Outcome& outcome) {
  auto* command = cvc.add_subcommand("sign", "Sign a request: a CVCA's own, a link, a document verifier, a terminal.");
  auto options = std::make_shared<SignOptions>();
  command->add_option("--request", options->request, "The request")->required();
  command->add_option("--authority", options->authority,
                      "CV certificate of the authority that signs; left out, a CVCA signs for itself");
  command->add_option("--key", options->key, "The authority's private key, PEM PKCS#8")->required();
  command->add_option("--vouched-by", options->vouched_by, "CV certificate of the outer signer of the request");
  command->add_option("--role", options->role, "What the holder may be")
      ->required()
      ->check(CLI::IsMember({"cvca", "dv-domestic", "dv-foreign", "terminal"}));
  command->add_option("--rights", options->rights, "What may be read: dg3, dg4")
      ->delimiter(',')
      ->check(CLI::IsMember({"dg3", "dg4"}));
  command->add_option("--from", options->from, "First day, YYYY-MM-DD; today when left out")->check(not_empty());
  command->add_option("--until", options->until, "Last day, YYYY-MM-DD")->required()->check(not_empty());
  command->add_option("--out", options->out, "File for the certificate: NAME.cvcert beside NAME.key")->required();
  command->callback([options, &outcome] { outcome.exit = sign(*options); });
}

}  // namespace

void add_pki_cvc(CLI::App& pki_command, Outcome& outcome) {
  auto* cvc = pki_command.add_subcommand("cvc", "Card-verifiable certificates: print, request, sign.");
  cvc->require_subcommand(1);
  add_print(*cvc, outcome);
  add_request(*cvc, outcome);
  add_sign(*cvc, outcome);
}

}  // namespace cicada::tools
