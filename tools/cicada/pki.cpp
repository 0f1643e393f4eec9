// cicada pki init: makes a test country.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "app.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "pki_cvc.h"

namespace cicada::tools {
namespace {

namespace pki = host::pki;

struct PkiInitOptions {
  std::filesystem::path dir;
  std::string algorithm = "ecdsa-p256";
  std::string ec_parameters = "explicit";
};

void print_line(const std::filesystem::path& dir, std::string_view file, std::string_view text) {
  std::cout << fmt::format("  {}  {}\n", (dir / file).string(), text);
}

void print_line_keys(const std::filesystem::path& dir) {
  namespace file = pki::line_key_file;
  print_line(dir, file::kJobMasterKey, "TEST KEY from which the keys of sealed card jobs are derived (0600)");
  print_line(dir, file::kJobMasterCheck, "its check value");
  print_line(dir, file::kTransportMasterCheck, "check value of the transport master key");
  print_line(dir, file::kAuditKey, "TEST KEY that signs the audit log of a line (0600)");
  print_line(dir, file::kAuditPublicKey, "its public half");
}

Exit add_to(const std::filesystem::path& dir) {
  base::SystemRng rng;
  const auto keys = pki::create_line_keys(rng);
  if (!keys) return complain(dir.string(), keys.error());
  if (const auto added = pki::save_line_keys(*keys, dir); !added) return complain(dir.string(), added.error());
  print_line_keys(dir);
  return Exit::done;
}

Exit init(const PkiInitOptions& options) {
  pki::TestCountryOptions wanted;
  wanted.algorithm = *pki::key_algorithm_by_name(options.algorithm);  // CLI11 has checked the name
  wanted.ec_parameters =
      options.ec_parameters == "named" ? pki::EcParameterForm::named_curve : pki::EcParameterForm::explicit_parameters;
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto country = pki::create_test_country(wanted, rng, clock);
  if (!country) return complain(options.dir.string(), country.error());
  const auto verifiers = pki::create_test_verifiers(wanted, clock);
  if (!verifiers) return complain(options.dir.string(), verifiers.error());
  const auto master_list = pki::create_test_master_list(wanted, *country, rng, clock);
  if (!master_list) return complain(options.dir.string(), master_list.error());
  const auto line_keys = pki::create_line_keys(rng);
  if (!line_keys) return complain(options.dir.string(), line_keys.error());
  if (const auto saved = pki::save(*country, *verifiers, *master_list, *line_keys, options.dir); !saved) {
    return complain(options.dir.string(), saved.error());
  }

  const bool rsa = options.algorithm.starts_with("rsa");
  std::cout << fmt::format("test country {} ({}), {}{}\n", wanted.country, wanted.state, options.algorithm,
                           rsa ? std::string{} : fmt::format(", {} EC parameters", options.ec_parameters));
  const auto line = [&options](std::string_view file, std::string_view text) { print_line(options.dir, file, text); };
  namespace file = pki::test_country_file;
  const auto until = [](const asn1::Certificate& certificate) {
    return base::to_iso_date(base::date_of(certificate.validity.not_after));
  };
  line(file::kCsca, "country signing CA, valid until " + until(country->csca));
  line(file::kDs, "document signer, valid until " + until(country->ds));
  line(file::kCrl, "revocation list, empty, good for 90 days");
  line(file::kCscaKey, "TEST KEY of the country signing CA (0600)");
  line(file::kDsKey, "TEST KEY of the document signer (0600)");
  const auto cv_line = [&line](std::string_view name, const asn1::CvCertificate& certificate, std::string_view what) {
    line(name, fmt::format("{} {}, valid until {}", what, certificate.holder_reference,
                           base::to_iso_date(certificate.expiration)));
  };
  cv_line(file::kCvca, verifiers->cvca, "CVCA");
  cv_line(file::kDv, verifiers->dv, "document verifier");
  cv_line(file::kIs, verifiers->is, "inspection system");
  line(file::kMasterList, "master list with the country signing CA");
  line(file::kMasterListSigner, "master list signer, valid until " + until(master_list->signer));
  for (const auto key : {file::kCvcaKey, file::kDvKey, file::kIsKey, file::kMasterListSignerKey}) {
    line(key, "TEST KEY that belongs to it (0600)");
  }
  line(file::kTransportMasterKey, "TEST KEY from which blank cards' transport keys are derived (0600)");
  print_line_keys(options.dir);
  return Exit::done;
}

}  // namespace

void add_pki(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("pki", "Test countries, and certificates for terminals.");
  command->require_subcommand(1);
  auto* init_command = command->add_subcommand(
      "init", "Make a test country: CSCA, document signer, revocation list, CVCA, DV, IS, master list, keys.");
  auto options = std::make_shared<PkiInitOptions>();
  std::vector<std::string> names;
  for (const auto name : pki::key_algorithm_names()) names.emplace_back(name);
  init_command->add_option("DIR", options->dir, "Folder to make; an existing country is never overwritten")->required();
  init_command->add_option("--algorithm", options->algorithm, "Kind of the keys")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  init_command
      ->add_option("--ec-parameters", options->ec_parameters,
                   "How certificates name the curve: explicit as Doc 9303-12 asks, named as stock OpenSSL can verify")
      ->check(CLI::IsMember({"explicit", "named"}))
      ->capture_default_str();
  init_command->callback([options, &outcome] { outcome.exit = init(*options); });
  auto* add_command = command->add_subcommand(
      "add-line-keys", "Give a country made by an older version the keys of a personalization line.");
  auto dir = std::make_shared<std::filesystem::path>();
  add_command->add_option("DIR", *dir, "Folder of the country; keys that exist are never overwritten")->required();
  add_command->callback([dir, &outcome] { outcome.exit = add_to(*dir); });
  add_pki_cvc(*command, outcome);
}

}  // namespace cicada::tools
