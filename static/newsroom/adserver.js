document.currentScript.dataset.ran = "yes";
