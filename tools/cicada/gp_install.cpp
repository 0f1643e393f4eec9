// cicada gp install, delete: programs onto a card, and off it.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cicada/base/hex.h"
#include "cicada/host/gp/card_manager.h"
#include "cicada/host/gp/load_file.h"
#include "gp.h"
#include "gp_link.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

namespace gp = host::gp;

struct InstallOptions : GpOptions {
  std::filesystem::path file;
  std::string package;
  std::string module;
  std::string instance;
  std::string privileges = "00";
  std::string parameters;
  bool load_only = false;
  std::string hash;  ///< empty: none
  bool with_descriptor = false;
};

/// What is to be done, with everything that the command line said understood before the card is touched.
struct Task {
  std::optional<gp::LoadFile> load;
  std::vector<gp::Installation> installations;
};

std::optional<crypto::openssl::HashAlgorithm> hash_named(const std::string& name) {
  using enum crypto::openssl::HashAlgorithm;
  if (name == "sha-1") return sha1;
  if (name == "sha-256") return sha256;
  if (name == "sha-384") return sha384;
  if (name == "sha-512") return sha512;
  return std::nullopt;
}

/// One octet, or three.
std::expected<std::uint32_t, Exit> privileges_from(const std::string& text) {
  const auto octets = base::from_hex(text);
  if (!octets || (octets->size() != 1 && octets->size() != 3)) {
    return std::unexpected{complain("--privileges " + text, "not two or six hexadecimal digits", Exit::bad_input)};
  }
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 3; ++i) value = (value << 8U) | (i < octets->size() ? (*octets)[i] : 0U);
  return value;
}

/// The modules to install, each under the name of its instance: --module and --instance, or every applet of the file.
std::expected<std::vector<std::pair<gp::Aid, gp::Aid>>, Exit> modules_of(const InstallOptions& options,
                                                                         const std::optional<gp::LoadFile>& file) {
  std::vector<std::pair<gp::Aid, gp::Aid>> modules;
  if (options.module.empty()) {
    if (file) {
      for (const auto& applet : file->applets) modules.emplace_back(applet, applet);
    }
  } else {
    const auto module = aid_from("--module", options.module);
    if (!module) return std::unexpected{module.error()};
    modules.emplace_back(*module, *module);
  }
  if (!options.instance.empty()) {
    const auto instance = aid_from("--instance", options.instance);
    if (!instance) return std::unexpected{instance.error()};
    if (modules.size() != 1) {
      return std::unexpected{complain("--instance", "say with --module what is to be installed", Exit::bad_input)};
    }
    modules.front().second = *instance;
  }
  return modules;
}

std::expected<Task, Exit> task_from(const InstallOptions& options) {
  Task task;
  if (!options.file.empty()) {
    auto file = gp::read_load_file(options.file, options.with_descriptor);
    if (!file) return std::unexpected{complain(options.file.string(), file.error())};
    task.load = *std::move(file);
  }
  if (options.load_only) return task;
  const auto package =
      task.load ? std::expected<gp::Aid, Exit>{task.load->package} : aid_from("--package", options.package);
  if (!package) return std::unexpected{package.error()};
  const auto privileges = privileges_from(options.privileges);
  if (!privileges) return std::unexpected{privileges.error()};
  const auto parameters = base::from_hex(options.parameters);
  if (!parameters) return std::unexpected{complain("--parameters", parameters.error())};
  const auto modules = modules_of(options, task.load);
  if (!modules) return std::unexpected{modules.error()};
  if (modules->empty() && !task.load) {
    return std::unexpected{complain("--package", "say with --module what is to be installed", Exit::bad_input)};
  }
  for (const auto& [module, instance] : *modules) {
    task.installations.push_back({.load_file = *package,
                                  .module = module,
                                  .instance = instance,
                                  .privileges = *privileges,
                                  .parameters = *parameters});
  }
  return task;
}

Exit run(const InstallOptions& options) {
  const auto task = task_from(options);
  if (!task) return task.error();
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    gp::CardManager manager{channel};
    nlohmann::json done{{"loaded", nullptr}, {"installed", nlohmann::json::array()}};
    if (task->load) {
      ProgressLine line;
      const auto loaded = manager.load(
          *task->load, {}, hash_named(options.hash),
          [&](std::size_t sent, std::size_t total) { line.show(fmt::format("{} of {} octets", sent, total)); });
      line.clear();
      if (!loaded) return complain(options.file.string(), loaded.error());
      done["loaded"] = task->load->package.to_text();
      if (!options.json) std::cout << fmt::format("loaded {}\n", task->load->package.to_text());
    }
    for (const auto& installation : task->installations) {
      if (const auto installed = manager.install(installation); !installed) {
        return complain(installation.instance.to_text(), installed.error());
      }
      done["installed"].push_back(installation.instance.to_text());
      if (!options.json) std::cout << fmt::format("installed {}\n", installation.instance.to_text());
    }
    if (options.json) std::cout << done.dump(2) << '\n';
    return Exit::done;
  });
}

struct DeleteOptions : GpOptions {
  std::string name;
  bool related = false;
};

Exit run(const DeleteOptions& options) {
  const auto name = aid_from("AID", options.name);
  if (!name) return name.error();
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    if (const auto removed = gp::CardManager{channel}.remove(*name, options.related); !removed) {
      return complain(name->to_text(), removed.error());
    }
    std::cout << (options.json ? nlohmann::json{{"deleted", name->to_text()}}.dump(2)
                               : fmt::format("deleted {}", name->to_text()))
              << '\n';
    return Exit::done;
  });
}

}  // namespace

void add_gp_install(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("install", "Load a CAP or IJC file, and make its applications selectable.");
  auto options = std::make_shared<InstallOptions>();
  options->add_to(*command);
  auto* what = command->add_option_group("program", "The program");
  what->add_option("--cap", options->file, "CAP or IJC file to be loaded")->check(not_empty())->type_name("FILE");
  what->add_option("--package", options->package, "Load file that is on the card already")
      ->check(not_empty())
      ->type_name("AID");
  what->require_option(1);
  command->add_flag("--load-only", options->load_only, "Install nothing of it");
  command->add_option("--module", options->module, "Module to be installed; without it, every applet of the file")
      ->check(not_empty())
      ->type_name("AID");
  command->add_option("--instance", options->instance, "Name of the application; without it, the module's")
      ->check(not_empty())
      ->type_name("AID");
  command->add_option("--privileges", options->privileges, "One octet or three, hexadecimal")
      ->capture_default_str()
      ->type_name("HEX");
  command->add_option("--parameters", options->parameters, "What the application gets at its birth, hexadecimal")
      ->type_name("HEX");
  command
      ->add_option(
          "--hash", options->hash,
          "Tell the card the hash of the code before it is loaded: sha-256 when no name follows, sha-1 for cards "
          "of the time of SCP02, sha-384, sha-512")
      ->expected(0, 1)
      ->default_str("sha-256")
      ->check(CLI::IsMember({"sha-1", "sha-256", "sha-384", "sha-512"}))
      ->type_name("NAME");
  command->add_flag("--with-descriptor", options->with_descriptor, "Load the Descriptor component, too");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

void add_gp_delete(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("delete", "Delete an application or a load file.");
  auto options = std::make_shared<DeleteOptions>();
  options->add_to(*command);
  command->add_option("AID", options->name, "What is to go")->required();
  command->add_flag("--related", options->related, "With every application made of the load file");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
